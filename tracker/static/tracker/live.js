/* Live: what the change log says of this truce brings the page up to date, where the reader is reading. */
(() => {
  "use strict";
  const board = () => document.querySelector("[data-live]");
  if (!board() || !window.EventSource || !window.htmx) return;
  const kinds = [
    "report.received", "incident.opened", "incident.updated", "incident.merged", "allegation.opened",
    "allegation.updated", "allegation.withdrawn", "finding.issued", "finding.superseded", "term.changed",
    "truce.changed", "extension.offered", "extension.announced", "extension.declined", "extension.lapsed",
    "extension.withdrawn", "entry.redacted",
  ];
  const show = (on) => {
    const note = document.getElementById("live");
    if (!note) return;
    note.classList.toggle("on", on);
    note.title = on ? note.dataset.on : note.dataset.off;
  };
  let waiting, connected = false;
  const refresh = () => {
    clearTimeout(waiting);
    // Several changes come together: one look at the page is enough for all of them.
    waiting = setTimeout(async () => {
      const { activeElement: active } = document;
      const held = active && active.id ? `#${CSS.escape(active.id)}` : active && active.href ? `a[href="${CSS.escape(active.getAttribute("href"))}"]` : null;
      const opened = [...document.querySelectorAll("main details[open]")].map((one) => one.closest("[id]") && one.closest("[id]").id);
      const [x, y] = [scrollX, scrollY];
      await htmx.ajax("GET", location.href, { target: "main", select: "main", swap: "outerHTML show:none" });
      for (const id of opened) {
        const one = id && document.querySelector(`#${CSS.escape(id)} details`);
        if (one) one.open = true;
      }
      scrollTo(x, y);
      const again = held && document.querySelector(held);
      if (again) again.focus({ preventScroll: true });
      show(connected);
    }, 300);
  };
  const source = new EventSource(`/api/v1/feed/stream?truce=${encodeURIComponent(board().dataset.live)}`);
  source.addEventListener("open", () => { connected = true; show(true); });
  source.addEventListener("error", () => { connected = false; show(false); });
  for (const kind of kinds) source.addEventListener(kind, refresh);
  source.addEventListener("message", refresh);
  addEventListener("pagehide", () => source.close());
})();

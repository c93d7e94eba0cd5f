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
  // Several changes come together: one look at the page is enough for all of them.
  const GATHER = 120, AGAIN = 1000, LONGEST = 15000;
  let source, waiting, gathering = false, looking = false, more = false, heard = 0, pause = AGAIN;

  const show = () => {
    const note = document.getElementById("live");
    const on = Boolean(source) && source.readyState === EventSource.OPEN;
    if (!note) return;
    note.classList.toggle("on", on);
    note.firstElementChild.textContent = on ? note.dataset.on : note.dataset.off;
  };
  // What was heard of is not on the page yet, or is on it and not assessed yet.
  const behind = () => Number(board().dataset.position) < heard || "pending" in board().dataset;

  const swap = async () => {
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
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  };
  const look = async () => {
    gathering = false;
    looking = true;
    try {
      await swap();
    } catch {
      // The service is away for a moment: the page still stands behind, and is looked at again.
    }
    looking = false;
    show();
    if (!board()) return;
    if (more) {
      more = false;
      gather();
    } else if (behind()) {
      later(pause);
      pause = Math.min(pause * 2, LONGEST);
    }
  };
  const later = (milliseconds) => {
    clearTimeout(waiting);
    waiting = setTimeout(look, milliseconds);
  };
  const gather = () => {
    if (gathering) return;
    gathering = true;
    later(GATHER);
  };
  const hear = (event) => {
    heard = Math.max(heard, Number(event.lastEventId));
    pause = AGAIN;
    if (looking) more = true;
    else gather();
  };
  const open = () => {
    const { live, position } = board().dataset;
    source = new EventSource(`/api/v1/feed/stream?truce=${encodeURIComponent(live)}&after=${Math.max(heard, Number(position))}`);
    source.addEventListener("open", show);
    source.addEventListener("error", () => {
      show();
      // A refusal closes it for good; a lost connection is taken up again by the browser.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, LONGEST);
    });
    for (const kind of kinds) source.addEventListener(kind, hear);
  };
  open();
  if (behind()) later(AGAIN);
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
})();

/* The time bar: the range input is an enhancement of the links; the address always holds the moment. */
(() => {
  "use strict";
  const ready = () => {
    const input = document.querySelector(".time input[type=range]");
    const shown = document.querySelector(".time .moment");
    if (!input || !shown || input.dataset.ready) return;
    input.dataset.ready = "1";
    input.hidden = false;
    const { start, step, zone, known } = input.dataset;
    const moment = () => new Date(Date.parse(start) + input.value * step * 1000);
    const words = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, {
      timeZone: zone, day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", numberingSystem: "latn",
    });
    input.setAttribute("aria-valuetext", shown.textContent.trim());
    input.addEventListener("input", () => {
      shown.textContent = words.format(moment());
      input.setAttribute("aria-valuetext", shown.textContent);
    });
    let waiting;
    input.addEventListener("change", () => {
      clearTimeout(waiting);
      // Arrow keys change it step by step: go when they rest.
      waiting = setTimeout(() => {
        const address = new URL(location.href);
        const asked = moment().toISOString().replace(".000Z", "Z");
        address.searchParams.set("as_of", asked);
        if (known) address.searchParams.set("known_at", asked);
        else address.searchParams.delete("known_at");
        sessionStorage.setItem("time-focus", "1");
        location.assign(address);
      }, 450);
    });
    if (sessionStorage.getItem("time-focus")) {
      sessionStorage.removeItem("time-focus");
      input.focus({ preventScroll: true });
    }
  };
  ready();
  document.addEventListener("htmx:afterSettle", ready);
})();

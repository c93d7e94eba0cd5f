/* The form of a report works without this. With it: errors get the focus, rows are added in place, the second
   number shows only where it is asked for, and a form is sent once. */
(() => {
  "use strict";

  document.getElementById("errors")?.focus();
  // A summary's link leads to the field itself, also inside a folded section.
  document.getElementById("errors")?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "center" });
    (field.matches("input, select, textarea") ? field : field.querySelector("input"))?.focus();
  });

  const form = document.querySelector("form[data-entry]");
  if (!form) return;

  const showHighest = (row) => {
    const figure = row.querySelector("select[name$='-figure']");
    const highest = row.querySelector("input[name$='-highest']");
    if (!figure || !highest) return;
    const wanted = figure.value === "between" || highest.value !== "" || highest.closest(".field.wrong");
    highest.closest(".field").hidden = !wanted;
    const number = row.querySelector("input[name$='-number']");
    number.closest(".field").hidden = figure.value === "no_figure" && number.value === "";
  };
  form.querySelectorAll(".row").forEach(showHighest);
  form.addEventListener("change", (event) => {
    const row = event.target.closest(".row");
    if (row) showHighest(row);
  });

  const addRow = (rows) => {
    const total = rows.querySelector("input[name$='-TOTAL_FORMS']");
    const last = [...rows.querySelectorAll(".row")].pop();
    const index = Number(total.value);
    const row = last.cloneNode(true);
    const renumbered = (text) => text.replace(`-${index - 1}-`, `-${index}-`);
    for (const element of row.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, renumbered(element.getAttribute(name)));
      }
      if (element.matches("input[type=checkbox]")) element.checked = false;
      else if (element.matches("input")) element.value = "";
      else if (element.matches("select")) element.selectedIndex = 0;
      element.removeAttribute("aria-invalid");
    }
    row.querySelectorAll(".errorlist").forEach((list) => list.remove());
    row.querySelectorAll(".wrong").forEach((field) => field.classList.remove("wrong"));
    row.setAttribute("aria-label", last.getAttribute("aria-label").replace(String(index), String(index + 1)));
    last.after(row);
    total.value = String(index + 1);
    showHighest(row);
    row.querySelector("select, input").focus();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add_row]");
    if (!button) return;
    event.preventDefault();
    addRow(button.closest(".rows"));
  });

  let typed = false;
  let sent = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    form.querySelector("[data-store]").setAttribute("aria-disabled", "true");
  });
  // Coming back to a form that was sent: it may be sent again (the same again is stored once).
  window.addEventListener("pageshow", () => { sent = false; });
  window.addEventListener("beforeunload", (event) => {
    if (typed && !sent) event.preventDefault();
  });
})();

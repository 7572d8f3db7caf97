// Forms: the summary of what is not right takes the focus, and its links go into the field, not just to it.
// Without this file the summary still stands at the top of the page, is announced (role=alert) and its links work.
"use strict";

(() => {
  const summary = document.querySelector("[data-takes-focus]");
  if (summary) summary.focus();

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".utrecht-form-field, fieldset") ?? field).scrollIntoView({ block: "start" });
  });

  // Codes that are shown once can be copied or printed; without this script they can be selected and printed as always.
  for (const button of document.querySelectorAll("button[data-copies], button[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (button.dataset.prints !== undefined) {
        window.print();
        return;
      }
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).innerText);
      document.getElementById(button.dataset.says).textContent = button.dataset.done;
    });
  }
})();

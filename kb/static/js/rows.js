// Goes on where a button of the rows led to: the page comes back with the row added or moved, and its field takes the
// focus. Without this file the page comes back all the same, at its top. Leaving with something typed asks first.
"use strict";

(() => {
  const form = document.querySelector("form[data-rows]");
  if (!form) return;
  const target = document.getElementById(form.dataset.rows);
  // After the browser has gone to the part of the page that the button named, which takes the focus away.
  window.addEventListener("load", () => {
    target?.focus({ preventScroll: true });
    (target?.closest(".row-card") ?? target)?.scrollIntoView({ block: "center" });
  });

  // What a button did to the rows is not saved yet either.
  let dirty = Boolean(target);
  form.addEventListener("input", () => {
    dirty = true;
  });
  form.addEventListener("submit", () => {
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
})();

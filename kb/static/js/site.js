// The search page without whole page loads. Everything here is extra: without this file the same form and links work.
// htmx replaces #results with the same part of the full page that the server would have sent anyway; this file keeps
// the address short, takes the reader to the new results, and falls back to a plain visit when something goes wrong.
"use strict";

(() => {
  const results = () => document.getElementById("results");

  // An empty field says nothing: keep it out of the address.
  document.addEventListener("htmx:config:request", (event) => {
    const { body } = event.detail.ctx.request;
    for (const [name, value] of [...body.entries()]) {
      if (value === "") body.delete(name);
    }
  });

  document.addEventListener("htmx:before:request", () => results()?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:finally:request", () => results()?.removeAttribute("aria-busy"));

  // The link or button that was used is gone with the old results: go to the heading of the new ones. Who pressed the
  // search bar's own button stays there and hears the number of results through role=status. Going back and forward is left to the browser.
  document.addEventListener("htmx:after:swap", (event) => {
    const { headers, submitter } = event.detail.ctx.request ?? {};
    const heading = document.getElementById("results-heading");
    const wentBack = headers?.["HX-History-Restore-Request"];
    if (!heading || wentBack || submitter?.id === "search-button" || document.activeElement?.id === "q") return;
    heading.focus({ preventScroll: true });
    const { top } = heading.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight * 0.6) heading.scrollIntoView({ block: "start" });
  });

  // An error page, a time-out or no line: let the browser go there itself and show what it gets.
  const visit = (event) => {
    const action = event.detail.ctx?.request?.action;
    if (action) window.location.assign(action);
  };
  document.addEventListener("htmx:response:error", visit);
  document.addEventListener("htmx:error", visit);
})();

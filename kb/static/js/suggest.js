// Suggestions under a search field while somebody types. Everything here is extra: without this file the same field
// searches. The pattern is the editable combobox with a list of the ARIA Authoring Practices: the focus stays in the
// field, the arrows walk through the list, Enter goes where the chosen one leads, Escape closes it.
"use strict";

(() => {
  const WAIT_MS = 200;
  const SHORTEST = 2;

  const item = (suggestion, id) => {
    const option = document.createElement("li");
    option.id = id;
    option.className = "suggestion";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = suggestion.url;
    const kind = document.createElement("span");
    kind.className = "suggestion__kind";
    kind.textContent = suggestion.kind_label;
    const label = document.createElement("span");
    label.className = "suggestion__label";
    label.lang = suggestion.language;
    label.dir = "auto";
    label.textContent = suggestion.label;
    option.append(kind, " ", label);
    return option;
  };

  const enhance = (field) => {
    const list = document.getElementById(field.dataset.suggestions);
    const status = document.getElementById(`${field.dataset.suggestions}-status`);
    if (!list || !status || field.hasAttribute("role")) return;
    let timer = 0;
    let asking = null;
    let current = -1;

    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");

    const options = () => [...list.children];

    const choose = (at) => {
      current = at;
      options().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
      if (at < 0) {
        field.removeAttribute("aria-activedescendant");
      } else {
        field.setAttribute("aria-activedescendant", options()[at].id);
        options()[at].scrollIntoView({ block: "nearest" });
      }
    };

    const close = () => {
      window.clearTimeout(timer);
      asking?.abort();
      choose(-1);
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
    };

    const show = (found) => {
      list.replaceChildren(...found.map((one, number) => item(one, `${list.id}-${number}`)));
      choose(-1);
      list.hidden = found.length === 0;
      field.setAttribute("aria-expanded", String(found.length > 0));
      status.textContent = found.length ? list.dataset.said.replace("{number}", String(found.length)) : "";
    };

    const ask = async () => {
      const typed = field.value.trim();
      if (typed.length < SHORTEST) {
        close();
        return;
      }
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`${list.dataset.url}${encodeURIComponent(typed)}`, { signal: asking.signal });
        if (!answer.ok) return;
        const { suggestions } = await answer.json();
        if (document.activeElement === field && field.value.trim() === typed) show(suggestions);
      } catch {
        // no line, or something else was typed meanwhile: the field searches all the same
      }
    };

    field.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, WAIT_MS);
    });

    field.addEventListener("keydown", (event) => {
      const count = list.hidden ? 0 : options().length;
      if (event.key === "Escape" && count) {
        event.preventDefault();
        close();
      } else if (event.key === "ArrowDown" && count) {
        event.preventDefault();
        choose(current + 1 < count ? current + 1 : -1);
      } else if (event.key === "ArrowUp" && count) {
        event.preventDefault();
        choose(current < 0 ? count - 1 : current - 1);
      } else if (event.key === "ArrowDown" && field.value.trim().length >= SHORTEST) {
        event.preventDefault();
        ask();
      } else if (event.key === "Enter") {
        if (count && current >= 0) {
          event.preventDefault();
          window.location.assign(options()[current].dataset.url);
        } else {
          close();
        }
      }
    });

    // Before the field loses its focus, which closes the list.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) window.location.assign(option.dataset.url);
    });
    field.addEventListener("blur", close);
    field.form?.addEventListener("submit", close);
  };

  document.querySelectorAll("[data-suggestions]").forEach(enhance);
})();

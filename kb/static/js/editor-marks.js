// The buttons above a text in Markdown, and its preview. Without this file people type the marks themselves, and the page
// with the preview of the whole case is there.
"use strict";

(() => {
  const WAIT_MS = 600;
  const editor = document.getElementById("editor");
  const marks = document.getElementById("marks");
  const seen = document.getElementById("seen");
  if (!editor || !marks) return;

  // As if it was typed, so that the browser can undo it.
  const insert = (area, text, from, to) => {
    area.focus();
    area.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) area.setRangeText(text, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const around = (area, mark, word) => {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const chosen = value.slice(from, to) || word;
    insert(area, mark + chosen + mark, from, to);
    area.setSelectionRange(from + mark.length, from + mark.length + chosen.length);
  };

  // Before each line that the selection touches.
  const before = (area, mark) => {
    const { value } = area;
    const from = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
    const end = value.indexOf("\n", area.selectionEnd);
    const to = end < 0 ? value.length : end;
    const lines = value.slice(from, to).split("\n");
    insert(area, lines.map((line, at) => (typeof mark === "string" ? mark : mark(at)) + line).join("\n"), from, to);
  };

  const link = (area, word) => {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const chosen = value.slice(from, to) || word;
    insert(area, `[${chosen}](https://)`, from, to);
    const at = from + chosen.length + 3;
    area.setSelectionRange(at, at + "https://".length);
  };

  const DO = {
    bold: (area, word) => around(area, "**", word),
    italic: (area, word) => around(area, "*", word),
    heading: (area) => before(area, "## "),
    list: (area) => before(area, "- "),
    numbers: (area) => before(area, (at) => `${at + 1}. `),
    quote: (area) => before(area, "> "),
    link,
  };
  const KEYS = { b: "bold", i: "italic", k: "link" };

  const show = async (area, box) => {
    const body = new FormData();
    body.set("csrf_token", editor.elements.csrf_token.value);
    body.set("text", area.value);
    try {
      const answer = await fetch(editor.dataset.preview, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const { html, note } = await answer.json();
      box.querySelector("[data-seen]").innerHTML = html;
      if (note) box.querySelector("[data-seen]").append(Object.assign(document.createElement("p"), { className: "note", textContent: note }));
    } catch {
      // No line: what was seen last stays.
    }
  };

  // One stop for the Tab key; arrows go from button to button.
  const rove = (bar) => {
    const buttons = [...bar.querySelectorAll("button")];
    buttons.forEach((button, at) => {
      button.tabIndex = at ? -1 : 0;
    });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = buttons.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      const next = buttons[(at + step + buttons.length) % buttons.length];
      for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
      next.focus();
    });
  };

  const decorate = (holder) => {
    const area = holder.querySelector("textarea");
    if (!area || holder.querySelector(".marks")) return;
    const bar = marks.content.firstElementChild.cloneNode(true);
    const label = holder.querySelector("label");
    bar.setAttribute("aria-label", `${bar.getAttribute("aria-label")}: ${label.textContent.trim()}`);
    area.before(bar);
    rove(bar);
    const box = seen.content.firstElementChild.cloneNode(true);
    area.after(box);
    let timer;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.mark) {
        DO[button.dataset.mark](area, button.dataset.what);
      } else if (button) {
        box.hidden = !box.hidden;
        button.setAttribute("aria-expanded", String(!box.hidden));
        if (!box.hidden) show(area, box);
      }
    });
    area.addEventListener("input", () => {
      clearTimeout(timer);
      if (!box.hidden) timer = setTimeout(show, WAIT_MS, area, box);
    });
    area.addEventListener("keydown", (event) => {
      const mark = KEYS[event.key.toLowerCase()];
      if (!mark || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      DO[mark](area, bar.querySelector("button").dataset.what);
    });
  };

  const decorateAll = (root) => root.querySelectorAll("[data-marked]").forEach(decorate);
  decorateAll(editor);
  editor.addEventListener("kb:swapped", (event) => decorateAll(event.target));
})();

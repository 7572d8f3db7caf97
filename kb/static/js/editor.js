// The editor, smoother: it saves by itself, does what the buttons of rows say without loading the page, and tells how it
// goes. Everything here sends the form that a browser without this file sends too. What is typed is kept in the browser
// (editor-kept.js) until the server has said that it is saved.
"use strict";

(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const saved = document.getElementById("saved");
  const said = document.getElementById("said");
  const says = form.dataset;
  const PAUSE_MS = 3000; // after typing stops
  const LONGEST_MS = 10000; // while typing goes on
  const AGAIN_MS = [5000, 10000, 20000, 30000];
  const PATIENCE_MS = 60000;

  document.documentElement.classList.add("has-script");
  let typed = 0; // changes so far
  let done = 0; // of these, how many the server has
  let since = 0; // when the first that it has not was made
  let failures = 0;
  let timer = 0;
  let keptHere = true;
  let stopped = false; // by a conflict: only a person can go on
  let running = Promise.resolve();

  const tell = (words, trouble = false) => {
    if (saved.textContent !== words) saved.textContent = words;
    saved.classList.toggle("editor-head__saved--trouble", trouble);
  };
  const dirty = () => typed > done;

  const plan = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => save("autosave"), wait);
  };

  const changed = () => {
    if (!dirty()) since = Date.now();
    typed += 1;
    keptHere = window.kbKept.keep(form);
    if (!failures) plan(Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - Date.now())));
  };

  // Sends the form; gives the server's answer, or throws when it can't be had.
  const send = async (what) => {
    const body = new FormData(form);
    body.set("do", what);
    if (what !== "add:attachments") body.delete("file");
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return { status: answer.redirected || !isJson ? (answer.status === 413 ? 413 : answer.status >= 500 ? 500 : 401) : answer.status, told: isJson ? await answer.json() : {} };
  };

  // The form's token may be too old while the person is still signed in: then a new page has a new one.
  const stillSignedIn = async () => {
    const answer = await fetch(form.action, { headers: { Accept: "text/html" } });
    if (answer.redirected || !answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#editor [name=csrf_token]");
    if (token) form.elements.csrf_token.value = token.value;
    return Boolean(token);
  };

  const attempt = async (what) => {
    let result = await send(what);
    if (result.status === 401 && (await stillSignedIn())) result = await send(what);
    return result;
  };

  const again = (words) => {
    tell(keptHere ? words : says.unkept, true);
    plan(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
    failures += 1;
  };

  // Notes what the server has; gives its answer when all went well.
  const settle = (what, count, { status, told }) => {
    if (status === 200) {
      done = Math.max(done, count);
      failures = 0;
      form.elements.version.value = told.version;
      form.elements.base.value = told.base;
      form.elements.csrf_token.value = told.csrf;
      fillProvince(told.province);
      replacePanel(told.panel);
      tell(told.saved);
      if (dirty()) {
        since = Date.now();
        keptHere = window.kbKept.keep(form);
        plan(PAUSE_MS);
      } else {
        window.kbKept.forget(form);
      }
      return told;
    }
    if (status === 409) {
      stopped = true;
      clearTimeout(timer);
      tell(told.error && what === "autosave" ? says.conflict : (told.error ?? says.conflict), true);
    } else if (status === 401) {
      again(says.signedOut);
    } else if (status >= 500 || status === 429) {
      again(says.failed);
    } else {
      tell(told.error ?? (status === 413 ? says.tooLarge : says.failed), true);
    }
    return null;
  };

  const work = async (what) => {
    clearTimeout(timer);
    const count = typed;
    try {
      const result = await attempt(what);
      return { ...result, answer: settle(what, count, result) };
    } catch {
      again(says.offline);
      return { status: 0, answer: null };
    }
  };

  // One at a time: each begins from the version that the one before it made.
  const save = (what) => {
    running = running.then(() => (what === "autosave" && (!dirty() || stopped) ? { status: 200, answer: null } : work(what)));
    return running;
  };

  const fillProvince = (province) => {
    const field = form.elements.province;
    if (province && field && field !== document.activeElement && field.value !== province && !dirty()) field.value = province;
  };

  const replacePanel = (html) => {
    const panel = document.getElementById("editor-panel");
    if (panel && html && !panel.contains(document.activeElement)) panel.innerHTML = html;
  };

  // Puts sections of the page as it is now in the place of those that stand here.
  const swap = (page, ids) => {
    const open = new Set([...form.querySelectorAll(".row-card:has(details.fold[open]) > input[name$='-key']")].map((key) => key.value));
    for (const notice of form.querySelectorAll(".put-back")) notice.remove();
    for (const id of ids) {
      const fresh = page.getElementById(id);
      const old = document.getElementById(id);
      if (!fresh || !old) continue;
      const node = document.adoptNode(fresh);
      old.replaceWith(node);
      for (const key of node.querySelectorAll(".row-card > input[name$='-key']")) {
        if (open.has(key.value)) key.parentElement.querySelector("details.fold")?.setAttribute("open", "");
      }
      node.dispatchEvent(new CustomEvent("kb:swapped", { bubbles: true }));
    }
  };

  const focusOn = (answer) => {
    const row = document.getElementById(answer.focus);
    if (!row) return;
    const first = (selector) => row.querySelector(selector);
    const wanted = {
      add: () => (answer.wrong_file ? document.getElementById("file") : first("input:not([type=hidden]), textarea, select")),
      up: () => first(`#${row.id}-up`) ?? first(`#${row.id}-down`),
      down: () => first(`#${row.id}-down`) ?? first(`#${row.id}-up`),
      remove: () => document.querySelector(".put-back button"),
      restore: () => first("input:not([type=hidden]), textarea, select"),
      take: () => first("input:not([type=hidden]), textarea, select"),
      decline: () => first("button"),
    }[answer.what];
    const target = wanted?.() ?? row;
    target.focus({ preventScroll: true });
    (target.closest(".row-card") ?? target).scrollIntoView({ block: "nearest" });
  };

  const native = (what) => {
    stopped = true;
    const button = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: what });
    form.append(button);
    form.submit();
  };

  const press = async (what, button) => {
    if (what === "add:attachments" && tooLarge()) return;
    form.setAttribute("aria-busy", "true");
    if (what !== "save") form.inert = true;
    else tell(says.saving);
    typed += 1;
    window.kbKept.keep(form);
    const { status, answer } = await save(what);
    form.inert = false;
    form.removeAttribute("aria-busy");
    if (status === 409) {
      native(what);
      return;
    }
    if (!answer) {
      button?.focus();
      return;
    }
    stopped = false;
    const page = new DOMParser().parseFromString(answer.page, "text/html");
    if (answer.whole && (answer.wrong || form.querySelector("[aria-invalid]") || answer.what !== "save")) {
      // Only a page of its own shows all that is wrong, with its summary.
      const url = new URL(form.action);
      if (answer.wrong) url.searchParams.set("look", "1");
      window.location.assign(url);
      return;
    }
    if (answer.what === "save") {
      for (const notice of form.querySelectorAll(".put-back")) notice.remove();
    } else {
      const rows = answer.focus.replace(/-\d+$/, "");
      swap(page, [...new Set([rows, ...(rows === "challenges" ? ["lessons"] : []), "proposed"])]);
      focusOn(answer);
    }
    said.textContent = "";
    said.textContent = answer.said;
  };

  const tooLarge = () => {
    const file = form.elements.file?.files[0];
    if (!file || file.size <= Number(says.mostMb) * 1e6) return false;
    tell(says.tooLarge, true);
    form.elements.file.focus();
    return true;
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") changed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(event.submitter?.value ?? "save", event.submitter);
  });

  // Who leaves by a link or a form of ours takes along what was typed.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest(".editor a[href]:not([href^='#'])");
    if (!link || !dirty() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const { status } = await save("autosave");
    if (status === 200) window.location.assign(link.href);
  });
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches(".editor form:not(#editor)") || !dirty()) return;
    event.preventDefault();
    const { status } = await save("autosave");
    if (status === 200) event.target.submit();
  });

  window.addEventListener("online", () => {
    if (dirty()) plan(0);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty() && !failures) plan(0);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty() && !keptHere) event.preventDefault();
  });

  window.kbKept.offer(form);
})();

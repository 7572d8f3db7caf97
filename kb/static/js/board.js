// The board, live: asks every few seconds what changed since the version it has, and sends notes without loading the page.
// A note is kept in this browser until the server has it; it has a name of its own, so that sending it twice is once.
// Without this file the board works by its forms, and shows what is new when it is loaded.
"use strict";

(() => {
  const board = document.getElementById("board");
  if (!board) return;
  const says = board.dataset;
  const EVERY_MS = 4000;
  const LONGEST_MS = 15000;
  const PATIENCE_MS = 20000;
  const NEWS_MS = 15000;
  const KEPT = `kb:note:${says.slug}:`;
  const DRAFT = `kb:draft:${says.slug}:`;
  const updates = `${says.url}/updates?${"screen" in says ? "screen=yes&" : ""}since=`;
  const ahead = Date.parse(says.now) - Date.now(); // telephones seldom have the right time
  const connection = document.getElementById("connection");
  const news = document.getElementById("news");
  const live = document.getElementById("live");
  const pause = document.getElementById("pause");
  const token = () => document.querySelector("#deed [name=csrf_token]").value;

  let version = Number(says.version);
  let failures = 0;
  let paused = false;
  let timer = 0;
  let asking = null;
  let unread = 0;
  let lastNews = 0;
  let missed = false;
  let closed = says.open !== "yes";

  live.textContent = "";

  // ---- notes that are on their way ----
  // Each is kept under a name of its own, so that two windows with the same board take nothing from one another.
  const read = () => {
    try {
      const names = Object.keys(localStorage).filter((name) => name.startsWith(KEPT));
      return names.map((name) => JSON.parse(localStorage.getItem(name))).sort((one, other) => one.at - other.at);
    } catch {
      return [];
    }
  };
  const queue = read();
  const keep = (note) => {
    try {
      localStorage.setItem(KEPT + note.uid, JSON.stringify(note));
    } catch {
      // There is no room; it is kept as long as this page is open.
    }
  };
  const drop = (note) => {
    queue.splice(queue.indexOf(note), 1);
    try {
      localStorage.removeItem(KEPT + note.uid);
    } catch {
      // It was not kept there either.
    }
  };

  // ---- what is being typed: it stays when the page is loaded again ----
  const fields = () => [...board.querySelectorAll("[data-new] textarea")];
  const draft = (field) => {
    try {
      const name = DRAFT + field.form.elements.question.value;
      if (field.value.trim()) sessionStorage.setItem(name, field.value);
      else sessionStorage.removeItem(name);
    } catch {
      // Then it is lost with the page.
    }
  };
  for (const field of fields()) {
    try {
      field.value ||= sessionStorage.getItem(DRAFT + field.form.elements.question.value) ?? "";
    } catch {
      break;
    }
    field.addEventListener("input", () => draft(field));
  }
  const isWriting = () =>
    queue.length > 0 || fields().some((field) => field.value.trim()) || board.querySelector(".note__edit[open]") !== null;
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };

  const drawQueue = () => {
    for (const old of board.querySelectorAll(".note--sending")) old.remove();
    for (const note of queue) {
      const list = board.querySelector(`[data-question="${note.question}"] .lane__notes`);
      if (!list) continue;
      const item = document.createElement("li");
      item.className = "note note--off note--sending";
      const text = document.createElement("p");
      text.className = "note__text";
      text.dir = "auto";
      text.textContent = note.text;
      const meta = document.createElement("p");
      meta.className = "note__meta";
      meta.textContent = says.waiting;
      item.append(text, meta);
      list.append(item);
    }
  };

  const post = async (url, fields) => {
    const body = new FormData();
    body.set("csrf_token", token());
    for (const [name, value] of fields) body.set(name, value);
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    return { status: answer.status, told: isJson ? await answer.json() : {} };
  };

  const giveBack = (note, why) => {
    const form = board.querySelector(`[data-question="${note.question}"] form[data-new]`);
    if (!form) {
      connection.textContent = `${why} “${note.text}”`;
      return;
    }
    const field = form.querySelector("textarea");
    field.value = field.value.trim() ? `${note.text}\n\n${field.value}` : note.text;
    draft(field);
    let told = form.querySelector(".note__why");
    if (!told) {
      told = document.createElement("p");
      told.className = "note__why";
      told.setAttribute("role", "alert");
      form.prepend(told);
    }
    told.textContent = why;
    form.hidden = false;
    field.focus();
  };

  let sending = false;
  let held = false;
  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      while (queue.length) {
        const note = queue[0];
        let result;
        try {
          result = await post(`${says.url}/notes`, [
            ["question", note.question],
            ["text", note.text],
            ["uid", note.uid],
          ]);
        } catch {
          offline();
          break;
        }
        // Too many at once, or the server is starting again: it is sent later.
        if (result.status === 429 || result.status >= 500) {
          if (result.told.error) connection.textContent = result.told.error;
          held = true;
          break;
        }
        drop(note);
        if (held) connection.textContent = "";
        held = false;
        if (result.status !== 200) giveBack(note, result.told.error ?? says.failed);
      }
    } finally {
      sending = false;
    }
    drawQueue();
  };

  const offline = () => {
    connection.textContent = says.offline;
  };

  // ---- what changed ----
  const isEdited = (item) => item.querySelector(".note__edit[open]") !== null;

  const place = (told) => {
    const list = board.querySelector(`[data-question="${told.question}"] .lane__notes`);
    if (!list) return;
    const old = document.getElementById(`note-${told.id}`);
    const holder = document.createElement("ul");
    holder.innerHTML = told.html;
    const item = holder.firstElementChild;
    if (old) {
      if (isEdited(old)) {
        missed = true; // somebody is writing in it
        return;
      }
      const opened = [...old.querySelectorAll("details")].map((one) => one.open);
      const focus = old.contains(document.activeElement) ? document.activeElement.getAttribute("formaction") : null;
      item.querySelectorAll("details").forEach((one, at) => {
        one.open = Boolean(opened[at]) && !one.classList.contains("note__edit");
      });
      old.remove();
      insert(list, item, told.order);
      if (focus) item.querySelector(`[formaction="${CSS.escape(focus)}"]`)?.focus();
    } else {
      item.classList.add("note--fresh");
      insert(list, item, told.order);
      if (!item.classList.contains("note--mine")) unread += 1;
    }
  };

  const insert = (list, item, order) => {
    const after = [...list.children].find((one) => one.classList.contains("note--sending") || (one.dataset.order ?? "") > order);
    list.insertBefore(item, after ?? null);
  };

  const apply = (told) => {
    if (told.whole) {
      const there = new Set(told.notes.map((note) => `note-${note.id}`));
      for (const item of board.querySelectorAll("[data-note]")) if (!there.has(item.id) && !isEdited(item)) item.remove();
    }
    for (const number of told.gone) {
      const item = document.getElementById(`note-${number}`);
      if (item && isEdited(item)) missed = true;
      else item?.remove();
    }
    for (const note of told.notes) place(note);
    for (const column of told.columns) {
      const lane = board.querySelector(`[data-question="${column.id}"]`);
      if (!lane) {
        if (!isWriting()) window.location.reload(); // the questions themselves changed
        continue;
      }
      lane.querySelector(".lane__locked").hidden = !column.locked;
      const form = lane.querySelector("form[data-new]");
      if (form && !form.querySelector("textarea").value.trim()) form.hidden = column.locked;
      lane.querySelector(".lane__timer").dataset.ends = column.ends;
      lane.querySelector("[data-lock]")?.toggleAttribute("hidden", column.locked);
      lane.querySelector("[data-unlock]")?.toggleAttribute("hidden", !column.locked);
    }
    document.getElementById("participants").textContent = told.participants;
    version = told.version;
    if (closed === told.open) {
      if (isWriting()) connection.textContent = told.open ? "" : says.closed;
      else {
        closed = !told.open;
        window.location.reload();
      }
    }
    drawQueue();
    tellNews();
  };

  const tellNews = () => {
    if (!unread || Date.now() - lastNews < NEWS_MS) return;
    news.textContent = unread === 1 ? says.newOne : says.newMany.replace("{count}", String(unread));
    lastNews = Date.now();
    unread = 0;
  };

  const ask = async () => {
    clearTimeout(timer);
    if (asking) return asking;
    asking = (async () => {
      try {
        // What was left alone while somebody wrote in it is brought up to date after that.
        const whole = missed && !board.querySelector(".note__edit[open]");
        if (whole) missed = false;
        const answer = await fetch(updates + (whole ? 0 : version), {
          headers: { Accept: "application/json", "If-None-Match": `"${version}"` },
          cache: "no-store",
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        if (answer.status === 403 || answer.status === 404) {
          window.location.reload(); // this browser is not on the board any more; the page says so
          return;
        }
        if (answer.status === 200) apply(await answer.json());
        else if (answer.status !== 304) throw new Error(String(answer.status));
        if (failures || connection.textContent === says.offline) connection.textContent = says.back;
        else if (connection.textContent === says.back) connection.textContent = "";
        failures = 0;
      } catch {
        failures += 1;
        if (failures > 1 || !navigator.onLine) offline();
      } finally {
        asking = null;
      }
      if (!failures) await flush();
      else drawQueue();
      plan();
    })();
    return asking;
  };

  const plan = (wait = EVERY_MS) => {
    clearTimeout(timer);
    if (paused || document.visibilityState === "hidden") return;
    // Those who lost the server come back at different moments.
    const later = failures ? Math.min(LONGEST_MS, wait * 2 ** Math.min(failures, 3)) * (0.75 + Math.random() / 2) : wait;
    timer = setTimeout(ask, later);
  };

  // ---- what people do ----
  board.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.matches("[data-new]")) {
      event.preventDefault();
      const field = form.querySelector("textarea");
      if (!field.value.trim()) {
        field.focus();
        return;
      }
      const note = { uid: newId(), question: form.elements.question.value, text: field.value, at: Date.now() };
      queue.push(note);
      keep(note);
      field.value = "";
      draft(field);
      form.querySelector(".note__why")?.remove();
      drawQueue();
      field.focus();
      await flush();
      ask();
    } else if (form.matches("#deed, [data-deed]")) {
      event.preventDefault();
      const fields = [...new FormData(form).entries()];
      if (button?.name) fields.push([button.name, button.value]);
      const url = button?.getAttribute("formaction") ?? form.action;
      const leaves = /\/(close|reopen)$/.test(url);
      let result;
      try {
        result = await post(url, fields);
      } catch {
        offline();
        return;
      }
      if (result.status === 200 && leaves) {
        window.location.reload();
        return;
      }
      connection.textContent = result.status === 200 ? "" : (result.told.error ?? says.failed);
      if (result.status === 200) {
        const open = form.closest(".note__edit");
        if (open) open.open = false;
        if (url.endsWith("/merge")) endMerging();
      }
      await ask();
    }
  });

  board.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-new] textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  // Choosing a note to merge with: the link under "More" does the same on a page of its own.
  const endMerging = () => {
    for (const one of board.querySelectorAll("[data-merge]")) one.remove();
  };
  board.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-merging]");
    if (!link) return;
    event.preventDefault();
    endMerging();
    const chosen = link.closest("[data-note]");
    chosen.querySelector(".note__more").open = false;
    for (const note of board.querySelectorAll("[draggable=true]")) {
      if (note === chosen) continue;
      const button = document.createElement("button");
      button.type = "submit";
      button.className = "utrecht-button utrecht-button--primary-action button--quiet";
      button.setAttribute("form", "deed");
      button.setAttribute("formaction", `${says.url}/notes/${chosen.dataset.note}/merge`);
      button.name = "into";
      button.value = note.dataset.note;
      button.dataset.merge = "";
      button.textContent = says.merge;
      note.querySelector(".note__acts").append(button);
    }
    connection.textContent = says.choose;
    board.querySelector("[data-merge]")?.focus();
  });
  board.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !board.querySelector("[data-merge]")) return;
    endMerging();
    connection.textContent = "";
  });

  // The lead drags a note to another column; the buttons under "More" do the same.
  board.addEventListener("dragstart", (event) => {
    const note = event.target.closest?.("[draggable=true]");
    if (!note) return;
    event.dataTransfer.setData("text/plain", note.dataset.note);
    event.dataTransfer.effectAllowed = "move";
    note.classList.add("note--dragged");
  });
  board.addEventListener("dragend", () => {
    for (const one of board.querySelectorAll(".note--dragged, .lane--target")) one.classList.remove("note--dragged", "lane--target");
  });
  board.addEventListener("dragover", (event) => {
    const lane = event.target.closest(".lane");
    if (!lane || !board.querySelector(".note--dragged")) return;
    event.preventDefault();
    for (const one of board.querySelectorAll(".lane--target")) if (one !== lane) one.classList.remove("lane--target");
    lane.classList.add("lane--target");
  });
  board.addEventListener("drop", async (event) => {
    const lane = event.target.closest(".lane");
    const note = board.querySelector(".note--dragged");
    if (!lane || !note) return;
    event.preventDefault();
    if (lane.contains(note)) return;
    try {
      const result = await post(`${says.url}/notes/${note.dataset.note}/move`, [["question", lane.dataset.question]]);
      if (result.told.error) connection.textContent = result.told.error;
    } catch {
      offline();
    }
    ask();
  });

  if (pause) pause.hidden = false;
  pause?.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    connection.textContent = paused ? says.paused : "";
    if (paused) clearTimeout(timer);
    else ask();
  });

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !paused) ask();
  });
  window.addEventListener("online", () => {
    failures = 0;
    if (!paused) ask();
    else flush();
  });
  window.addEventListener("offline", offline);

  setInterval(() => {
    for (const one of board.querySelectorAll(".lane__timer")) {
      const ends = Date.parse(one.dataset.ends);
      one.hidden = Number.isNaN(ends);
      if (one.hidden) continue;
      const left = Math.max(0, Math.ceil((ends - Date.now() - ahead) / 1000));
      const words = left ? says.left.replace("{time}", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`) : says.timeOver;
      if (one.textContent !== words) one.textContent = words;
      one.classList.toggle("lane__timer--over", !left);
    }
    tellNews();
  }, 1000);

  drawQueue();
  plan(queue.length ? 0 : EVERY_MS);
})();

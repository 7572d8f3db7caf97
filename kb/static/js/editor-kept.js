// What the editor has not saved yet, kept in this browser: by case and by person, until the server has confirmed it. A
// form is kept whole, with the text that it began from, so that it can be sent later as if it were sent now; the server
// puts it together with what was saved meanwhile. Without this file everything works, but a crash loses what was typed.
"use strict";

window.kbKept = (() => {
  const key = (form) => `kb:draft:${form.dataset.case}:${form.dataset.person}`;
  const ASIDE = ":before";
  const NOT_TYPED = new Set(["csrf_token", "version", "base", "do", "file"]);

  // A form as names and values; files can't be kept.
  const fields = (form) => [...new FormData(form).entries()].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
  const typed = (entries) => JSON.stringify(entries.filter(([name]) => !NOT_TYPED.has(name)).map(([name, value]) => [name, value.replace(/\r\n?/g, "\n")]));

  const read = (name) => {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      return Array.isArray(kept) ? kept : null;
    } catch {
      return null;
    }
  };
  const forget = (name) => {
    try {
      localStorage.removeItem(name);
    } catch {
      // There is no storage, so nothing is kept either.
    }
  };

  return {
    // Keeps the form as it is now; tells whether the browser did.
    keep(form) {
      try {
        localStorage.setItem(key(form), JSON.stringify(fields(form)));
        return true;
      } catch {
        return false;
      }
    },
    forget: (form) => forget(key(form)),

    // Offers back what was kept the last time, when it says something else than the page does.
    offer(form) {
      const name = key(form);
      // This page comes after a form that the server saved, put together with what somebody else did.
      const url = new URL(window.location);
      if (url.searchParams.has("saved")) {
        forget(name);
        url.searchParams.delete("saved");
        window.history.replaceState(null, "", url);
      }
      const fresh = read(name);
      // Put aside, because what is typed from now on is kept under the same name.
      if (fresh) {
        try {
          localStorage.setItem(name + ASIDE, JSON.stringify(fresh));
        } catch {
          return;
        }
        forget(name);
      }
      const kept = read(name + ASIDE);
      const notice = document.getElementById("kept");
      if (!kept || !notice) return;
      if (typed(kept) === typed(fields(form))) {
        forget(name + ASIDE);
        return;
      }
      notice.hidden = false;
      document.getElementById("kept-away").addEventListener("click", () => {
        forget(name + ASIDE);
        notice.hidden = true;
        document.getElementById("content").focus();
      });
      document.getElementById("kept-back").addEventListener("click", () => {
        const sent = document.createElement("form");
        sent.method = "post";
        sent.action = form.action;
        sent.enctype = form.enctype;
        sent.hidden = true;
        const token = form.elements.csrf_token.value;
        for (const [field, value] of [...kept.filter(([field]) => field !== "do"), ["csrf_token", token], ["do", "save"]]) {
          const input = document.createElement("textarea");
          input.name = field;
          input.value = value;
          sent.append(input);
        }
        document.body.append(sent);
        forget(name + ASIDE);
        // Until the server has it, it is kept as what is being typed is.
        try {
          localStorage.setItem(name, JSON.stringify(kept));
        } catch {
          // It is in the form that is sent now.
        }
        sent.submit();
      });
    },
  };
})();

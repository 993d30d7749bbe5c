// What was typed and not saved stays in this tab (sessionStorage) until it is saved or thrown away.

const PAUSE = 500;
const FIELDS = ["title", "article_locale", "section", "audience", "tags", "updated", "name",
  "translation_of", "url", "body"];
const PREFIX = "kb-editor ";

/** Keep what is typed into the form; `restored` is called when earlier text was brought back. */
export function keepTyped(form, restored) {
  const key = PREFIX + form.dataset.key;
  const version = form.elements.version.value;
  const untouched = form.dataset.unsaved === "yes" ? null : JSON.stringify(read(form));
  const note = document.getElementById("kept");
  let isLeaving = false;
  let timer = 0;

  const isDirty = () => untouched === null || JSON.stringify(read(form)) !== untouched;

  function store() {
    try {
      if (isDirty()) {
        const kept = { at: Date.now(), version, fields: read(form) };
        sessionStorage.setItem(key, JSON.stringify(kept));
      } else {
        sessionStorage.removeItem(key);
      }
    } catch {
      // Full or forbidden: the browser's own question on leaving remains.
    }
  }

  function offer() {
    const kept = recall(key);
    if (!kept || untouched === null || JSON.stringify(kept.fields) === untouched) return;
    const at = new Date(kept.at);
    const locale = document.documentElement.lang;
    note.querySelector("[data-kept-at]").textContent = at.toLocaleString(locale, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    note.querySelector("[data-kept-newer]").hidden = kept.version === version;
    note.hidden = false;
    history.scrollRestoration = "manual"; // a reloaded page would be further down
    note.scrollIntoView({ block: "center" });
    note.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-kept]")?.dataset.kept;
      if (!choice) return;
      if (choice === "restore") {
        for (const [name, value] of Object.entries(kept.fields)) {
          if (form.elements[name]) form.elements[name].value = value;
        }
        restored();
      } else {
        sessionStorage.removeItem(key);
      }
      note.hidden = true;
      form.elements.title.focus();
    });
  }

  if (form.dataset.saved) {
    // What was kept is what was saved: of this article, and of the new one that it was.
    for (const name of Object.keys(sessionStorage)) {
      if (name === key || (form.dataset.saved === "created" && name.startsWith(`${PREFIX}new `))) {
        sessionStorage.removeItem(name);
      }
    }
  } else {
    offer();
  }
  form.addEventListener("input", () => {
    note.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(store, PAUSE);
  });
  addEventListener("pagehide", () => {
    if (isDirty()) store();
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && isDirty()) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
  });
  return {
    isDirty,
    leaving() {
      isLeaving = true;
      store();
    },
  };
}

function read(form) {
  const found = {};
  for (const name of FIELDS) {
    if (form.elements[name]) found[name] = form.elements[name].value;
  }
  return found;
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

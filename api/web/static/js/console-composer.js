// The reply: a draft that survives leaving the page, insertion at the cursor, sending by keys.

import { insert as insertByKey } from "./console-keys.js";

const OLD = "kb-draft:";

/** Returns `insert(text, {occasion, suggestion})` for the panel. */
export function useComposer(desk) {
  const form = desk.querySelector("[data-composer]");
  const field = form.elements.text;
  const key = OLD + desk.dataset.ticket;
  restore(desk, form, field, key);
  placeholder(form, field);

  field.addEventListener("input", () => keep(key, form, desk.dataset.version));
  form.addEventListener("change", () => placeholder(form, field));
  field.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.preventDefault();
      const note = form.elements.do.value === "note";
      form.requestSubmit(form.querySelector(note ? "button.as-note" : "button.as-reply"));
    } else if (event.altKey && !event.ctrlKey && /^(Digit|Numpad)[123]$/.test(event.code)) {
      if (insertByKey(event.code.slice(-1))) event.preventDefault();
    }
  });

  return (text, from = {}) => {
    const before = field.value.slice(0, field.selectionStart);
    const gap = before.trim() && !before.endsWith("\n") ? "\n\n" : "";
    field.setRangeText(gap + text, field.selectionStart, field.selectionEnd, "end");
    if (from.suggestion) {
      form.elements.do.value = "reply";
      form.elements.occasion.value = from.occasion;
      form.elements.suggestion.value = from.suggestion;
    }
    keep(key, form, desk.dataset.version);
    placeholder(form, field);
    field.focus();
    form.scrollIntoView({ block: "nearest" });
  };
}

function placeholder(form, field) {
  field.dataset.reply ??= field.placeholder;
  field.placeholder = form.elements.do.value === "note" ? field.dataset.note : field.dataset.reply;
}

function keep(key, form, version) {
  const { text: field, occasion, suggestion } = form.elements;
  const kept = { text: field.value, version, occasion: occasion.value, suggestion: suggestion.value };
  try {
    if (kept.text.trim()) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  } catch { /* storage is full or forbidden: the text is still in the field */ }
}

function restore(desk, form, field, key) {
  const { done, version } = desk.dataset;
  let kept = null;
  try {
    if (["reply", "note", "solve"].includes(done) && !field.value) sessionStorage.removeItem(key);
    kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch { /* as above */ }
  if (!kept?.text || field.value.trim()) return;
  field.value = kept.text;
  form.elements.occasion.value = kept.occasion ?? "";
  form.elements.suggestion.value = kept.suggestion ?? "";
  const note = form.querySelector("[data-kept]");
  note.querySelector("span").textContent = kept.version === version ? note.dataset.words : note.dataset.older;
  note.hidden = false;
  note.querySelector("[data-drop]").addEventListener("click", () => {
    field.value = "";
    form.elements.suggestion.value = "";
    keep(key, form, version);
    note.hidden = true;
    field.focus();
  });
}

// The panel beside a ticket, in the console and in the sidebar: insert, fill, edit, compare, tell.

import { FragmentError, fetchFragment, load, parse } from "./fragments.js";
import { toast, told } from "./toast.js";

/** `insert(text, {occasion, suggestion})` puts a text into the reply. */
export function usePanel(panel, insert) {
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    const card = event.target.closest("[data-suggestion]");
    if (!button) return;
    if (button.dataset.insert !== undefined) insertCard(panel, card, insert);
    else if (button.dataset.edit !== undefined) edit(card, button);
    else if (button.dataset.compare) compare(panel, card, button.dataset.compare);
    else if (button.dataset.insertText) insert(button.dataset.insertText);
    else if (button.dataset.back !== undefined) back(button);
    else if (button.dataset.read !== undefined && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      read(panel, button);
    }
  });
  panel.addEventListener("submit", (event) => {
    if (event.target.dataset.tell === undefined) return;
    event.preventDefault();
    tell(event.target);
  });
}

// ── Inserting ────────────────────────────────────────────────────────────────────────────────

const draftOf = (card) => {
  const draft = card.querySelector(".draft");
  return draft.tagName === "TEXTAREA" ? draft.value : draft.textContent;
};

function insertCard(panel, card, insert) {
  let text = draftOf(card);
  const missing = [];
  for (const field of card.querySelectorAll("[data-placeholder]")) {
    const { placeholder } = field.dataset;
    if (!text.includes(placeholder)) continue;
    if (field.value.trim()) text = text.replaceAll(placeholder, () => field.value.trim());
    else missing.push(field);
  }
  const warning = card.querySelector("[data-fill-first]");
  if (warning) warning.hidden = !missing.length;
  for (const field of card.querySelectorAll("[data-placeholder]")) {
    field.setAttribute("aria-invalid", String(missing.includes(field)));
  }
  if (missing.length) {
    missing[0].focus();
    return;
  }
  const occasion = card.closest("[data-occasion]")?.dataset.occasion ?? "";
  insert(text, { occasion, suggestion: card.dataset.suggestion });
  for (const other of panel.querySelectorAll(".suggestion.used")) other.classList.remove("used");
  card.classList.add("used");
  toast(panel.dataset.inserted);
}

function edit(card, button) {
  const draft = card.querySelector(".draft");
  if (draft.tagName === "TEXTAREA") {
    draft.focus();
    return;
  }
  const field = document.createElement("textarea");
  field.className = "draft";
  field.value = draft.textContent;
  field.dir = draft.dir;
  field.lang = draft.lang;
  field.setAttribute("aria-label", button.textContent.trim());
  draft.replaceWith(field);
  button.setAttribute("aria-pressed", "true");
  field.focus();
  field.setSelectionRange(0, 0);
  field.scrollTop = 0;
}

// ── Comparing, reading ───────────────────────────────────────────────────────────────────────

async function compare(panel, card, source) {
  const body = new URLSearchParams({ source, draft: draftOf(card), locale: card.dataset.locale });
  const dialog = document.getElementById("compare");
  try {
    await load(document.getElementById("compared"), address(panel, "compare"), post(panel, body));
    dialog.showModal();
  } catch {
    toast(told("failed"));
  }
}

const address = (panel, name) => {
  const url = new URL(`${panel.dataset.panel}/${name}`, location.href);
  url.searchParams.set("locale", document.documentElement.lang);
  return url;
};

const post = (panel, body) => ({ method: "POST", body, headers: { "X-CSRF-Token": panel.dataset.csrf } });

const before = new WeakMap();

async function read(panel, link) {
  const place = document.getElementById("found");
  const id = new URL(link.href).pathname.split("/read/")[1];
  const kept = [...place.childNodes];
  try {
    await load(place, address(panel, `read/${id}`));
    before.set(place, kept);
    place.querySelector("[data-back]")?.focus();
  } catch {
    toast(told("failed"));
  }
}

function back(button) {
  const place = button.closest("#found");
  place.replaceChildren(...(before.get(place) ?? []));
  place.querySelector("a")?.focus();
}

// ── Telling what was wrong ───────────────────────────────────────────────────────────────────

async function tell(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    const { html } = await fetchFragment(form.action, { method: "POST", body });
    form.closest(".told").replaceWith(parse(html));
  } catch (error) {
    if (error instanceof FragmentError && error.html) form.prepend(parse(error.html));
    else toast(told("failed"));
  }
}

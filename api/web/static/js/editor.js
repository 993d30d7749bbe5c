// The editor of articles: live preview and advice, tabs, formatting, and nothing typed is lost.
// Without it the same form saves, and a button updates the preview.

import { FragmentError, fetchFragment, load, parse } from "./fragments.js";
import { attachMarks } from "./editor-marks.js";
import { keepTyped } from "./editor-kept.js";
import { attachTabs } from "./editor-tabs.js";
import { toast } from "./toast.js";

const PAUSE = 400; // milliseconds without a key before the preview follows
const POLL = 1000;

const form = document.getElementById("editor");
const body = document.getElementById("field-body");
const unsaved = document.getElementById("unsaved");

if (form && body) {
  document.documentElement.classList.add("scripted");
  const show = attachTabs(form);
  attachMarks(form, body);
  const kept = keepTyped(form, () => changed());
  let timer = 0;
  let running = null;

  function changed() {
    if (unsaved) unsaved.hidden = !kept.isDirty();
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  }

  async function refresh() {
    running?.abort();
    running = new AbortController();
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("base");
    try {
      const options = { method: "POST", body: fields, signal: running.signal };
      const { html } = await fetchFragment(form.dataset.preview, options);
      place(parse(html));
    } catch (error) {
      if (error.name !== "AbortError") toast(form.dataset.previewFailed);
    }
  }

  function place(fragment) {
    for (const part of fragment.querySelectorAll("[data-part]")) {
      const target = form.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!target) continue;
      const pane = target.closest(".pane");
      const at = pane.scrollTop;
      target.replaceChildren(...part.childNodes);
      pane.scrollTop = at;
      if (part.dataset.part === "advice") count(part.dataset.count);
    }
    if (document.activeElement === body) follow();
  }

  function count(number) {
    const badge = document.getElementById("advice-count");
    badge.hidden = number === "0";
    badge.textContent = Number(number).toLocaleString(document.documentElement.lang);
  }

  form.addEventListener("input", changed);

  document.getElementById("field-locale")?.addEventListener("change", (event) => {
    const { value, selectedOptions } = event.target;
    for (const field of [body, document.getElementById("field-title")]) {
      field.lang = value;
      field.dir = selectedOptions[0].dataset.dir || "auto";
    }
  });

  // Advice and faults name lines; the links go there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link) return;
    if (link.dataset.line) {
      event.preventDefault();
      show("write");
      goTo(Number(link.dataset.line));
    } else if (link.closest("[data-part='preview'], #pane-source")) {
      const href = link.getAttribute("href") ?? "";
      if (href.startsWith("#")) return;
      event.preventDefault();
      const address = new URL(href, new URL("/articles/", location.href));
      if (["http:", "https:"].includes(address.protocol)) open(address, "_blank", "noopener");
    } else if (link.hash.startsWith("#field-") && link.pathname === location.pathname) {
      const field = document.getElementById(link.hash.slice(1));
      const fold = field?.closest("details");
      for (let one = fold; one; one = one.parentElement.closest("details")) one.open = true;
      show("write");
      field?.focus();
    }
  });

  function goTo(line) {
    const lines = body.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    body.focus();
    body.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
    body.scrollTop = (body.scrollHeight * (line - 4)) / lines.length;
  }

  // The preview follows the text.
  function follow() {
    const pane = document.getElementById("pane-preview");
    const room = body.scrollHeight - body.clientHeight;
    if (room > 0) pane.scrollTop = (body.scrollTop / room) * (pane.scrollHeight - pane.clientHeight);
  }

  body.addEventListener("scroll", follow);

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.querySelector("button[aria-keyshortcuts='Control+S']").click();
  });

  form.addEventListener("submit", (event) => {
    const size = new Blob([new URLSearchParams(new FormData(form)).toString()]).size;
    if (size > Number(form.dataset.mostBytes)) {
      event.preventDefault();
      toast(form.dataset.tooLarge);
      return;
    }
    kept.leaving();
  });

  // On a phone the text comes first; what is wrong in the details is shown there.
  if (matchMedia("(max-width: 40rem)").matches && !document.getElementById("faults")) {
    form.querySelector(".details").open = false;
  }
  watch(document.getElementById("standing"));
  document.getElementById("faults")?.focus();
}

/** Ask how the saved article stands until nothing changes by itself any more. */
async function watch(region) {
  let wait = POLL;
  while (region?.dataset.status && region.querySelector("[data-final='no']")) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      await load(region, region.dataset.status);
      wait = Math.min(wait * 1.2, 15000);
    } catch (error) {
      if (error instanceof FragmentError && error.status < 500) return;
      wait = 15000;
    }
  }
}

// The contact form: answers appear while one writes, a form is sent once, moments are told on the
// reader's own clock as well. All of it works without.

import { fetchFragment, parse } from "./fragments.js";

const PAUSE = 600; // ms without a key before answers are looked for
const ENOUGH = 8; // characters; two words of Chinese are less, so half of it counts there

function propose(form) {
  const found = form.querySelector("[data-found]");
  const status = form.querySelector("[data-status]");
  const question = form.elements.namedItem("question");
  const details = form.elements.namedItem("details");
  form.querySelector(".check-first")?.remove();
  let timer = 0;
  let asked = "";
  let running = null;

  async function look() {
    const text = `${question.value.trim()}\n${details.value.trim()}`.trim();
    if (text === asked) return;
    asked = text;
    running?.abort();
    if (weight(text) < ENOUGH) {
      found.replaceChildren();
      return;
    }
    running = new AbortController();
    const body = new URLSearchParams({ question: question.value, details: details.value });
    try {
      const options = { method: "POST", body, signal: running.signal };
      const { html } = await fetchFragment(form.dataset.answers, options);
      const content = parse(html);
      if (content.textContent.trim() === found.textContent.trim()) return;
      found.replaceChildren(content);
      status.textContent = found.querySelector("a") ? status.dataset.status : "";
    } catch (error) {
      if (error.name !== "AbortError") asked = ""; // tried again with the next word
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target !== question && event.target !== details) return;
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  if (question.value && !found.textContent.trim()) look();
}

/** Characters; those of scripts that write a word in one or two count for four. */
function weight(text) {
  const dense = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g)?.length ?? 0;
  return text.length + 3 * dense;
}

function sendOnce(form) {
  let sending = false;
  form.addEventListener("submit", (event) => {
    if (sending) event.preventDefault();
    sending = true;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    sending = false;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  });
}

function tellLocalTime(element) {
  const at = new Date(element.dateTime);
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)(?::\d\d)?$/.exec(element.dateTime) ?? [];
  if (!sign) return;
  const theirs = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  if (-at.getTimezoneOffset() === theirs) return;
  const calendar = document.documentElement.lang === "fa" ? "fa-u-ca-persian" : document.documentElement.lang;
  const shown = new Intl.DateTimeFormat(calendar, { weekday: "long", hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const note = document.createElement("span");
  note.className = "local-time";
  note.textContent = element.dataset.moment.replace("{moment}", shown.format(at));
  element.parentElement.append(note);
}

for (const form of document.querySelectorAll("form.contact")) {
  propose(form);
  sendOnce(form);
}
for (const element of document.querySelectorAll("time[data-moment]")) tellLocalTime(element);
document.querySelector("[data-focus]")?.focus();

// The panel inside another tool. Messages are exchanged with the window that frames us, and only if
// its origin is one of those the settings name; docs/rep-console.md describes them.

import { insert as insertByKey, typing } from "./console-keys.js";
import { usePanel } from "./console-panel.js";
import { FragmentError, load, parse } from "./fragments.js";
import { toast, told } from "./toast.js";

const panel = document.querySelector("[data-panel]");
const place = document.getElementById("told");
const origins = new Set(panel.dataset.origins.split(" ").filter(Boolean));
const used = { occasion: "", suggestion: "" };
let host = ""; // the origin that spoke to us
let reportsSent = false;

/** To the tool; before it spoke, to each origin that may frame us (the browser delivers to one). */
function send(message) {
  if (window.parent === window) return;
  for (const origin of host ? [host] : origins) window.parent.postMessage(message, origin);
}

usePanel(panel, (text, from = {}) => {
  send({ type: "kb:insert", text });
  if (!from.suggestion || !from.occasion) return;
  Object.assign(used, from);
  if (!reportsSent) feedback("");
});

function feedback(text) {
  const body = new URLSearchParams({ ...used, did: "inserted", text });
  const headers = { "X-CSRF-Token": panel.dataset.csrf, "X-Fragment": "1" };
  fetch(`${panel.dataset.panel}/feedback`, { method: "POST", body, headers }).catch(() => {});
}

addEventListener("message", (event) => {
  if (event.source !== window.parent || !origins.has(event.origin)) return;
  const message = event.data;
  if (typeof message !== "object" || message === null) return;
  host = event.origin;
  if (message.type === "kb:ticket" && typeof message.ticket === "object") ask(message);
  else if (message.type === "kb:sent" && typeof message.text === "string" && used.suggestion) {
    feedback(message.text.slice(0, 100000));
  }
});

let asked = 0;

async function ask({ ticket, reportsSent: reports }) {
  reportsSent = reports === true;
  const number = ++asked;
  place.replaceChildren(document.getElementById("looking").content.cloneNode(true));
  const body = new URLSearchParams({ ticket: JSON.stringify(ticket) });
  const headers = { "X-CSRF-Token": panel.dataset.csrf };
  const shown = document.createElement("div");
  const url = new URL(`${panel.dataset.panel}/suggestions`, location.href);
  url.searchParams.set("locale", document.documentElement.lang);
  try {
    await load(shown, url, { method: "POST", body, headers });
  } catch (error) {
    if (error instanceof FragmentError && error.status === 401) location.reload();
    if (error instanceof FragmentError && error.html) shown.replaceChildren(parse(error.html));
    else toast(told("failed"));
  }
  if (number === asked) place.replaceChildren(shown); // a later ticket is not overwritten
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (insertByKey(event.key)) event.preventDefault();
});

send({ type: "kb:ready" });

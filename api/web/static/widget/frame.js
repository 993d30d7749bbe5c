// Inside the widget's frame: it talks with the script in the page around it (widget.js), and only
// with that: the page's origin is one of the key's, named by our server.

import { typeahead } from "../js/typeahead.js";

const main = document.getElementById("content");
const { host } = main.dataset;
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']";

for (const form of document.querySelectorAll("form[data-typeahead]")) typeahead(form);

function say(message) {
  if (host && parent !== window) parent.postMessage({ kb: 1, ...message }, host);
}

const listeners = {
  /** The panel was opened or entered: at its first thing, its last, or at the new page's heading. */
  focus({ edge }) {
    const start = main.querySelector("[data-first]") ?? document.querySelector("[data-first]") ?? main;
    if (edge === "end") {
      [...document.querySelectorAll(FOCUSABLE)].filter((one) => one.checkVisibility?.() ?? true).at(-1)?.focus();
    } else if (!document.activeElement || document.activeElement === document.body || edge === "start") {
      // On a phone a keyboard would cover what there is to read.
      const typing = start.matches("input") && matchMedia("(hover: none)").matches;
      (typing ? main : start).focus();
    }
  },
  search({ query }) {
    if (typeof query !== "string" || !query) return;
    const address = new URL(main.dataset.results, location.href);
    address.searchParams.set("q", query);
    location.assign(address);
  },
  /** The page around may have become another one without being loaded. */
  page({ page, about }) {
    if (typeof page !== "string" || typeof about !== "string" || !("atStart" in main.dataset)) return;
    if (page === main.dataset.page && about === main.dataset.about) return;
    const address = new URL(main.dataset.start, location.href);
    address.searchParams.set("page", page);
    address.searchParams.set("about", about);
    location.replace(address);
  },
};

addEventListener("message", (event) => {
  if (event.source !== parent || !host || event.origin !== host) return;
  if (event.data?.kb !== 1 || !Object.hasOwn(listeners, event.data.type)) return;
  listeners[event.data.type](event.data);
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) say({ type: "close" });
});

say({ type: "ready" });

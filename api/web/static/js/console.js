// The rep console: what its pages need beyond enhance.js.

import { useComposer } from "./console-composer.js";
import { useKeys } from "./console-keys.js";
import { useInbox, untilDone, watchTicket } from "./console-live.js";
import { usePanel } from "./console-panel.js";

useKeys();
const desk = document.querySelector(".desk");
const list = document.getElementById("inbox-list");

if (list) useInbox(list);
if (desk) {
  const composer = useComposer(desk);
  usePanel(desk.querySelector("[data-panel]"), composer);
  watchTicket(desk);
  showLast(desk);
}
for (const element of document.querySelectorAll("[data-until-done]")) untilDone(element);

/** Where the composer stays in sight it would cover the last message: that is what one came for. */
function showLast(desk) {
  const composer = desk.querySelector(".composer");
  if (location.hash || scrollY > 0 || getComputedStyle(composer).position !== "sticky") return;
  const last = [...desk.querySelectorAll(".thread > .bubble")].at(-1);
  const told = desk.querySelector(".conversation > .alert:not([hidden]), #learned");
  if (!last) return;
  const by = last.getBoundingClientRect().bottom + 12 - composer.getBoundingClientRect().top;
  const room = told ? told.getBoundingClientRect().top - document.querySelector(".topbar").offsetHeight : Infinity;
  if (by > 0 && by < room) scrollBy(0, by); // what was done stays in sight, too
}

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
  if (desk.dataset.done || document.getElementById("learned")) return;
  [...desk.querySelectorAll(".thread > .bubble")].at(-1)?.scrollIntoView({ block: "nearest" });
}

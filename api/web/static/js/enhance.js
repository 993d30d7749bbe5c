// What markup asks for, wherever it appears (also in fragments):
//   <a|button data-copy="text">           copies the text
//   <button data-dialog="id">             opens the <dialog>; data-close inside closes it
//   <form data-fragment="#target">        sends itself and shows the answer in the target
//   <div data-load="/address">            is filled when it appears; data-every="5" seconds: again
//   <select|input data-submit>            sends its form when it changes
//   <details class="menu">                closes on Escape and on a click elsewhere
// Without scripts the same forms and links work as pages.

import { FragmentError, load, parse } from "./fragments.js";
import { toast, told } from "./toast.js";

document.addEventListener("click", async (event) => {
  const element = event.target.closest?.("[data-copy], [data-dialog], [data-close]");
  closeMenus(event.target);
  if (!element) return;
  if (element.dataset.copy !== undefined) {
    event.preventDefault();
    await navigator.clipboard.writeText(element.dataset.copy);
    toast(told("copied"));
  } else if (element.dataset.dialog) {
    document.getElementById(element.dataset.dialog)?.showModal();
  } else {
    element.closest("dialog")?.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

function closeMenus(target) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const target = form.dataset.fragment && document.querySelector(form.dataset.fragment);
  if (!target || event.defaultPrevented) return;
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  const address = new URL(event.submitter?.formAction || form.action, location.href);
  const posts = form.method === "post";
  if (!posts) address.search = data;
  try {
    await load(target, address, posts ? { method: "POST", body: data } : {});
    if (!posts && form.dataset.address !== undefined) history.replaceState(null, "", address);
  } catch (error) {
    showFailure(target, error);
  }
});

function showFailure(target, error) {
  if (error instanceof FragmentError && error.html) target.replaceChildren(parse(error.html));
  else toast(told("failed"));
}

const seen = new WeakSet();

function start(root) {
  for (const element of root.querySelectorAll?.("[data-load]") ?? []) {
    if (seen.has(element)) continue;
    seen.add(element);
    fill(element);
  }
}

async function fill(element) {
  const seconds = Number(element.dataset.every);
  let wait = seconds;
  do {
    if (!document.hidden) {
      try {
        await load(element, element.dataset.load);
        wait = seconds;
      } catch (error) {
        if (!seconds || (error instanceof FragmentError && error.status < 500)) {
          showFailure(element, error);
          return;
        }
        wait = Math.min(wait * 2, 60);
      }
    }
    if (seconds) await new Promise((resolve) => setTimeout(resolve, wait * 1000));
  } while (seconds && element.isConnected);
}

start(document);

// A strip of links that is wider than a phone shows where one is; the page stays where it is.
for (const link of document.querySelectorAll("nav [aria-current], .tabs [aria-current]")) {
  const strip = [link.closest("ul"), link.closest("nav")].find((box) => box && getComputedStyle(box).overflowX === "auto");
  if (!strip) continue;
  const [at, seen] = [link, strip].map((box) => box.getBoundingClientRect());
  strip.scrollLeft += at.left + at.width / 2 - seen.left - seen.width / 2;
}
document.addEventListener("kb:loaded", (event) => start(event.target));

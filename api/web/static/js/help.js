// The help center: suggestions while typing, votes without a reload, links to headings.
// Everything works without it.

import "./enhance.js";
import { typeahead } from "./typeahead.js";
import { toast, told } from "./toast.js";

for (const form of document.querySelectorAll("form[data-typeahead]")) typeahead(form);

document.addEventListener("kb:loaded", (event) => event.target.querySelector("[data-focus]")?.focus());

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-anchor]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = new URL(link.href);
  for (const name of ["q", "s", "n", "told"]) address.searchParams.delete(name); // what one did here
  try {
    await navigator.clipboard.writeText(address.href);
    toast(told("copied"));
  } catch {
    // No clipboard here; the address bar has it.
  }
});

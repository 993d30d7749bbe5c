// Short news for eyes and screen readers: the frame holds a live region, #toasts.

const SECONDS = 6;

export function toast(text) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = text;
  region.append(note);
  setTimeout(() => note.remove(), SECONDS * 1000);
}

/** One of the words that the frame brings along: `failed`, `copied`. */
export const told = (key) => document.getElementById("toasts")?.dataset[key] ?? "";

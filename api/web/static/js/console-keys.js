// Keys of the console. They never act while somebody types, and can be switched off (WCAG 2.1.4).

const OFF = "kb-keys-off";
const WAIT = 1200; // milliseconds between `g` and `i`

const stored = () => {
  try { return localStorage.getItem(OFF); } catch { return null; }
};
const store = (off) => {
  try { off ? localStorage.setItem(OFF, "1") : localStorage.removeItem(OFF); } catch { /* private window */ }
};

/** Whether what is typed here is text, or a choice that letters change. A dialog that was just closed
 * may hold the focus until the next frame; it counts no longer. */
export const typing = (element) =>
  Boolean(element?.closest?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable], dialog[open]"));

let began = 0; // when `g` was pressed

export function useKeys() {
  const box = document.getElementById("keys-on");
  if (box) {
    box.checked = !stored();
    box.addEventListener("change", () => store(!box.checked));
  }
  document.addEventListener("keydown", (event) => {
    if (stored() || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (act(named(event))) event.preventDefault();
  });
}

/** The key as a Latin keyboard has it: whoever writes Persian replies presses `j` as `ت`. */
function named({ key, code }) {
  if (key === "؟" || key === "？") return "?";
  const letter = key.length === 1 && key > "~" && /^Key[A-Z]$/.test(code);
  return letter ? code.slice(3).toLowerCase() : key.toLowerCase();
}

function act(pressed) {
  const inbox = pressed === "i" && performance.now() - began < WAIT;
  began = pressed === "g" ? performance.now() : 0;
  if (inbox) return follow(".topbar .areas a");
  switch (pressed) {
    case "j": return step(1);
    case "k": return step(-1);
    case "o": return document.activeElement?.matches?.("[data-row]") && follow(":focus");
    case "/": return focus("[data-search], #find-q");
    case "r": return focus("#text");
    case "?": return open();
    default: return insert(pressed);
  }
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function focus(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.scrollIntoView({ block: "nearest" });
  return Boolean(field);
}

function open() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  return true;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row], .suggestion[tabindex]")].filter((row) => row.offsetParent);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Insert the suggestion of that number; also by its Persian digit. */
export function insert(key) {
  const number = "123".includes(key) ? "123".indexOf(key) : "۱۲۳".indexOf(key);
  if (key.length !== 1 || number < 0) return false;
  const button = document.querySelector(`[data-place="${number + 1}"] [data-insert]`);
  button?.click();
  return Boolean(button);
}

// Formatting: buttons and shortcuts put Markdown around what is selected. Undo works as usual, and
// Tab leaves the text as it leaves every field.

const SHORTCUTS = {
  KeyB: ["bold", false, false],
  KeyI: ["italic", false, false],
  KeyK: ["link", false, false],
  KeyE: ["code", false, false],
  Digit2: ["heading", true, false],
  Digit8: ["list", false, true],
  Digit7: ["numbers", false, true],
};

export function attachMarks(form, body) {
  const toolbar = form.querySelector("[role='toolbar']");
  const buttons = [...toolbar.querySelectorAll("button")];
  const { sampleText, sampleTable } = form.dataset;

  const around = (before, after = before) => {
    const [start, end] = [body.selectionStart, body.selectionEnd];
    const text = body.value.slice(start, end) || sampleText;
    insert(body, `${before}${text}${after}`);
    const from = start + before.length;
    body.setSelectionRange(from, from + text.length);
  };

  const lines = (mark) => {
    const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
    const found = body.value.indexOf("\n", Math.max(from, body.selectionEnd - 1));
    const to = found < 0 ? body.value.length : found;
    const marked = body.value.slice(from, to).split("\n").map(mark).join("\n");
    body.setSelectionRange(from, to);
    insert(body, marked);
    body.setSelectionRange(from, from + marked.length);
  };

  const marks = {
    bold: () => around("**"),
    italic: () => around("*"),
    code: () => (selected().includes("\n") ? around("\n```\n", "\n```\n") : around("`")),
    link: () => {
      around("[", "](https://)");
      const at = body.selectionEnd + 2;
      body.setSelectionRange(at, at + "https://".length);
    },
    heading: () => lines((line) => (line.startsWith("## ") ? line.slice(3) : `## ${line}`)),
    list: () => lines((line) => (line.startsWith("- ") ? line.slice(2) : `- ${line}`)),
    numbers: () => lines((line, number) => `${number + 1}. ${line.replace(/^\d+\. /, "")}`),
    quote: () => lines((line) => (line.startsWith("> ") ? line.slice(2) : `> ${line}`)),
    table: () => {
      const row = (cell) => `| ${cell} | ${cell} |\n`;
      insert(body, `\n${row(sampleTable)}${row("---")}${row(" ")}`);
    },
  };

  function selected() {
    return body.value.slice(body.selectionStart, body.selectionEnd);
  }

  toolbar.hidden = false;
  buttons.forEach((button, number) => {
    button.tabIndex = number ? -1 : 0;
    button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
    button.addEventListener("click", () => {
      body.focus();
      marks[button.dataset.mark]();
    });
  });
  toolbar.addEventListener("keydown", (event) => {
    const rtl = document.dir === "rtl";
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[(at + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  body.addEventListener("keydown", (event) => {
    const [mark, alt, shift] = SHORTCUTS[event.code] ?? [];
    if (!mark || !(event.ctrlKey || event.metaKey)) return;
    if (event.altKey !== alt || event.shiftKey !== shift) return;
    event.preventDefault();
    marks[mark]();
  });
}

/** Replace the selection, so that undo knows it. */
function insert(body, text) {
  body.focus();
  if (document.execCommand?.("insertText", false, text)) return;
  body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
  body.dispatchEvent(new Event("input", { bubbles: true }));
}

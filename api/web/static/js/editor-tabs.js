// Tabs beside the text: one panel at a time; on a narrow screen the text is one of them.

const NARROW = matchMedia("(max-width: 62rem)");

/** Turn the panels into tabs; returns a function that shows one by name. */
export function attachTabs(form) {
  const list = form.querySelector(".pane-tabs");
  const tabs = [...list.querySelectorAll("[role='tab']")];
  const panes = [...form.querySelectorAll(".pane")];
  const first = form.querySelector(".panes").dataset.first;
  let chosen = NARROW.matches ? "write" : first;

  function visible() {
    return tabs.filter((tab) => NARROW.matches || !tab.classList.contains("narrow-only"));
  }

  function show(name) {
    // Beside each other, the text is always there.
    chosen = !NARROW.matches && name === "write" ? (chosen === "write" ? first : chosen) : name;
    for (const tab of tabs) {
      const selected = tab.dataset.pane === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
    for (const pane of panes) {
      const shown = pane.dataset.name === chosen || (!NARROW.matches && pane.dataset.name === "write");
      pane.classList.toggle("shown", shown);
    }
  }

  for (const pane of panes) {
    if (pane.dataset.name === "write") continue;
    pane.setAttribute("role", "tabpanel");
    pane.setAttribute("aria-labelledby", `tab-${pane.dataset.name}`);
    pane.tabIndex = 0;
  }
  list.hidden = false;
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role='tab']");
    if (tab) show(tab.dataset.pane);
  });
  list.addEventListener("keydown", (event) => {
    const shown = visible();
    const back = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    const on = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = { [on]: 1, [back]: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = shown.indexOf(document.activeElement);
    const next = shown[(at + step + shown.length) % shown.length];
    show(next.dataset.pane);
    next.focus();
  });
  NARROW.addEventListener("change", () => show(NARROW.matches ? "write" : chosen));
  show(chosen);
  return show;
}

// What changes while one looks: the inbox, the ticket, a reply being learned. Asked for every few
// seconds with the version that is shown; the server answers 304 while nothing changed. Slower after
// failures, not at all while the page is hidden.

import { FragmentError, fetchFragment, parse } from "./fragments.js";

const SECONDS = 5;
const SLOWEST = 60;
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Ask for `address` again and again; `changed(html, response)` hears of answers that differ. */
async function poll(address, changed, { seconds = SECONDS, etag = "" } = {}) {
  let wait = seconds;
  for (;;) {
    await pause(wait);
    if (document.hidden) continue;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const { html, response } = await fetchFragment(address, { headers, cache: "no-store" });
      wait = seconds;
      const fresh = response.headers.get("ETag") ?? "";
      if (fresh && fresh === etag) continue;
      etag = fresh;
      if (changed(html, response) === false) return;
    } catch (error) {
      const status = error instanceof FragmentError ? error.status : 0;
      if (status === 304) wait = seconds;
      else if (status === 401 || status === 403 || status === 404) return;
      else wait = Math.min(wait * 2, SLOWEST);
    }
  }
}

// ── The inbox ────────────────────────────────────────────────────────────────────────────────

const SEEN = "kb-seen";

export function useInbox(list) {
  const button = document.getElementById("show-news");
  let waiting = null;
  markSeen(list);
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[data-ticket]");
    if (row && event.target.closest("a")) remember(row.dataset.ticket, row.dataset.version);
  });
  const show = () => {
    if (!waiting) return;
    put(list, waiting);
    waiting = null;
    button.hidden = true;
  };
  button.addEventListener("click", show);
  poll(list.dataset.live, (html) => {
    const nodes = parse(html);
    count(nodes);
    const known = new Set(ids(list));
    const fresh = ids(nodes).filter((id) => !known.has(id)).length;
    waiting = nodes;
    if (list.matches(":hover, :focus-within") && fresh) announce(button, fresh);
    else show();
  });
}

const ids = (root) => [...root.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket);

function announce(button, fresh) {
  const words = (fresh === 1 ? button.dataset.one : button.dataset.other).replace("{count}", digits(fresh));
  button.textContent = `${words} · ${button.dataset.show}`;
  button.hidden = false;
}

const digits = (number) => new Intl.NumberFormat(document.documentElement.lang).format(number);

function put(list, nodes) {
  const known = new Set(ids(list));
  const focused = document.activeElement?.closest?.("[data-ticket]")?.dataset.ticket;
  list.replaceChildren(nodes);
  for (const row of list.querySelectorAll("[data-ticket]")) {
    if (known.size && !known.has(row.dataset.ticket)) row.classList.add("fresh");
    if (row.dataset.ticket === focused) row.querySelector("[data-row]").focus();
  }
  markSeen(list);
}

function count(nodes) {
  for (const data of nodes.querySelectorAll("[data-fresh-count]")) {
    const shown = document.querySelector(`[data-count="${data.dataset.freshCount}"]`);
    if (shown) shown.textContent = data.textContent;
  }
}

function seen() {
  try { return JSON.parse(localStorage.getItem(SEEN) ?? "{}"); } catch { return {}; }
}

function remember(id, version) {
  const entries = Object.entries({ ...seen(), [id]: version }).slice(-300);
  try { localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(entries))); } catch { /* full */ }
}

function markSeen(list) {
  const known = seen();
  for (const row of list.querySelectorAll("[data-ticket]")) {
    const before = known[row.dataset.ticket];
    const changed = Boolean(before) && before !== row.dataset.version;
    row.classList.toggle("unseen-change", changed);
    row.querySelector(".changed").hidden = !changed;
  }
}

// ── A ticket ─────────────────────────────────────────────────────────────────────────────────

/** Remember which version was seen, and say when somebody changes it. */
export function watchTicket(desk) {
  remember(desk.dataset.ticket, desk.dataset.version.slice(0, 12));
  const news = document.getElementById("ticket-news");
  poll(desk.dataset.state, () => { news.hidden = false; return false; }, { seconds: 8, etag: `"${desk.dataset.version}"` });
}

/** Fill an element again until what comes says that it is done. */
export function untilDone(element) {
  let first = true;
  poll(element.dataset.untilDone, (html) => {
    const nodes = parse(html);
    const done = nodes.querySelector("[data-done]") !== null;
    if (done || first) element.replaceChildren(nodes);
    first = false;
    return !done;
  }, { seconds: 1.5 });
}

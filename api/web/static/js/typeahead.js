// Suggestions while typing: a combobox with a list (ARIA Authoring Practices, "list autocomplete
// with manual selection"). The form stays a form: Enter without a choice submits what was typed.
//
//   <form data-typeahead="/v1/complete" data-queries="…" data-articles="…" data-none="…"
//         data-one="{count} …" data-other="{count} …"> <input type="search" name="q"> …

const PAUSE = 80; // ms after a letter before the server is asked
const QUIET = 700; // ms before a screen reader is told how many there are
const KEPT = 100;
let lists = 0;

export function typeahead(form) {
  const input = form.querySelector("input[name=q]");
  const locale = form.elements.locale?.value ?? document.documentElement.lang;
  const list = make("div", { id: `suggestions-${++lists}`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", `${form.dataset.queries}, ${form.dataset.articles}`);
  const news = make("div", { className: "unseen" });
  news.setAttribute("role", "status");
  form.append(list, news);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) input.setAttribute(name, value);

  const kept = new Map();
  let asking, pause, quiet, active = null, composing = false, shown = null, options = 0;

  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; soon(); });
  input.addEventListener("input", (event) => { if (!composing && !event.isComposing) soon(); });
  input.addEventListener("click", () => { if (list.hidden) soon(0); });
  input.addEventListener("keydown", onKey);
  form.addEventListener("submit", close);
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  // A click must not take the focus away before it counts.
  list.addEventListener("pointerdown", (event) => event.preventDefault());

  function soon(wait = PAUSE) {
    clearTimeout(pause);
    pause = setTimeout(ask, wait);
  }

  async function ask() {
    asking?.abort();
    const typed = input.value;
    if (kept.has(typed)) return show(typed, kept.get(typed));
    asking = new AbortController();
    const address = new URL(form.dataset.typeahead, location.href);
    address.searchParams.set("q", typed);
    address.searchParams.set("locale", locale);
    try {
      const response = await fetch(address, { signal: asking.signal, credentials: "omit" });
      if (!response.ok) return close(); // too many, or a short break: searching goes on
      const found = await response.json();
      if (kept.size >= KEPT) kept.clear();
      const whole = !response.headers.get("Cache-Control")?.includes("no-store");
      if (whole) kept.set(typed, found); // else the server is still making its lists
      if (typed === input.value && !composing) show(typed, found);
    } catch {
      // A later letter asks anew, or there is no network.
    }
  }

  function show(typed, found) {
    if (document.activeElement !== input) return;
    choose(null);
    shown = typed;
    const queries = found.queries.map((query) => option(queryLink(query, typed)));
    const articles = found.articles.map((article) => option(articleLink(article)));
    list.replaceChildren(
      ...group(form.dataset.queries, queries),
      ...group(form.dataset.articles, articles),
    );
    const count = queries.length + articles.length;
    list.hidden = count === 0;
    input.setAttribute("aria-expanded", String(count > 0));
    clearTimeout(quiet);
    quiet = setTimeout(() => { news.textContent = told(count); }, QUIET);
  }

  function told(count) {
    const { none, one, other } = form.dataset;
    if (!count) return input.value ? none : "";
    return (count === 1 ? one : other).replace("{count}", new Intl.NumberFormat(locale).format(count));
  }

  function group(label, options) {
    if (!options.length) return [];
    const name = make("div", { className: "label", textContent: label, id: `${options[0].id}-of` });
    const box = make("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", name.id);
    box.append(name, ...options);
    return [box];
  }

  function option(link) {
    link.id = `${list.id}-${++options}`;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.tabIndex = -1;
    return link;
  }

  function queryLink(query, typed) {
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    address.searchParams.set("q", query.text);
    const text = make("span", { className: "what", dir: "auto" });
    const starts = query.text.toLowerCase().startsWith(typed.toLowerCase()) && typed;
    if (starts) {
      text.append(query.text.slice(0, typed.length));
      text.append(make("b", { textContent: query.text.slice(typed.length) }));
    } else text.textContent = query.text;
    return line(address, query.popular ? "popular" : "query", text);
  }

  function articleLink(article) {
    const address = new URL(article.url, location.href);
    if (!address.protocol.startsWith("http")) address.href = location.href;
    if (address.origin === location.origin) address.searchParams.set("locale", locale);
    const text = make("span", { className: "what", dir: "auto", lang: article.locale });
    text.textContent = article.title;
    return line(address, "article", text);
  }

  function line(address, kind, text) {
    const link = make("a", { href: address.href, className: `option ${kind}` });
    link.append(symbol(kind), text);
    return link;
  }

  function onKey(event) {
    if (event.isComposing || composing || event.altKey) return;
    const all = [...list.querySelectorAll("[role=option]")];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) { if (event.key === "ArrowDown") soon(0); return; }
      event.preventDefault();
      const at = all.indexOf(active) + (event.key === "ArrowDown" ? 1 : -1);
      // Beyond either end is the input itself.
      choose(at === -2 ? all.at(-1) : (all[at] ?? null));
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && active && !list.hidden && shown === input.value) {
      event.preventDefault();
      active.click();
    }
  }

  function choose(next) {
    active?.setAttribute("aria-selected", "false");
    active = next;
    if (!active) return input.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", active.id);
  }

  function close() {
    clearTimeout(pause);
    clearTimeout(quiet);
    asking?.abort();
    choose(null);
    list.hidden = true;
    news.textContent = "";
    input.setAttribute("aria-expanded", "false");
  }
}

const DRAWN = {
  query: ["M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z", "m16 16 4.5 4.5"],
  popular: ["M3.5 17.5 10 11l4 4 6.5-7.5", "M15.5 7.500h5v5"],
  article: ["M6 3.500h8l4 4V20.500H6z", "M14 3.500V8h4M9 12h6M9 15.500h6"],
};

function symbol(kind) {
  const name = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(name, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  for (const path of DRAWN[kind]) {
    drawing.append(document.createElementNS(name, "path"));
    drawing.lastChild.setAttribute("d", path);
  }
  return drawing;
}

function make(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

// The help widget: one tag on any site.
//
//   <script src="…/widget.js" data-key="kb_pub_…" defer></script>
//
// It draws a button and a panel in a shadow root, out of reach of the page's styles, and shows our
// pages in a frame. It stores nothing, sets no cookie, and needs of a strict Content-Security-Policy
// no more than `script-src` and `frame-src` for our address. docs/widget.md describes it.
(() => {
  "use strict";
  const MARK = Symbol.for("kb.help.widget");
  if (window[MARK]) return; // the tag is there twice
  const tag = document.currentScript ?? document.querySelector("script[data-key][src*='widget.js']");
  if (!tag) return;
  window[MARK] = true;

  const WORDS = {
    en: ["Help", "Close help", "Loading …", "Help does not answer right now.", "Open the help center"],
    fa: ["راهنما", "بستن راهنما", "در حال بارگذاری …", "راهنما الان پاسخ نمی‌دهد.", "باز کردن مرکز راهنما"],
    zh: ["帮助", "关闭帮助", "正在加载……", "帮助暂时无法使用。", "打开帮助中心"],
  };
  const UNANSWERED = 8000; // ms until a plain link takes the place of a frame that says nothing
  const set = tag.dataset;
  const locale = (set.locale || document.documentElement.lang || "en").toLowerCase().split("-")[0];
  const words = WORDS[locale] ?? WORDS.en;
  const base = new URL(set.server || tag.src, location.href);
  const server = set.server ? base.href.replace(/\/$/, "") : base.href.replace(/\/widget\.js(\?.*)?$/, "");
  const origin = base.origin;
  const rtl = locale === "fa";
  const small = matchMedia("(max-width: 600px)");

  const CSS = `
    :host { color-scheme: light dark; }
    .root { --accent: #0b6e4f; --strong: #08543c; --on: #fff; --surface: #fff; --text: #16211c;
      --muted: #52605a; --line: #dde5e0; direction: ltr; font: 16px/1.5 system-ui, -apple-system,
      "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", sans-serif;
      color: var(--text); text-align: start; }
    .root.rtl { direction: rtl; font-family: Vazirmatn, "Noto Sans Arabic", "Segoe UI", Tahoma, sans-serif; }
    @media (prefers-color-scheme: dark) { .root { --accent: #6fd3ab; --strong: #98e3c6;
      --on: #06251a; --surface: #161e1b; --text: #e3eae6; --muted: #a2b1a9; --line: #2a3732; } }
    button { all: unset; box-sizing: border-box; cursor: pointer; }
    button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    .open { position: fixed; inset-block-end: max(20px, env(safe-area-inset-bottom)); display: flex;
      align-items: center; gap: 8px; min-block-size: 48px; padding: 0 20px; border-radius: 999px;
      background: var(--accent); color: var(--on); font-weight: 600;
      box-shadow: 0 2px 6px rgb(0 0 0 / 20%), 0 8px 28px rgb(0 0 0 / 22%); }
    .open:hover { background: var(--strong); }
    .end .open, .end .panel { inset-inline-end: 20px; }
    .start .open, .start .panel { inset-inline-start: 20px; }
    .panel { position: fixed; inset-block-end: 84px; display: flex; flex-direction: column;
      box-sizing: border-box; inline-size: 380px; block-size: min(600px, calc(100vh - 104px));
      overflow: hidden; border: 1px solid var(--line); border-radius: 14px;
      background: var(--surface); box-shadow: 0 2px 6px rgb(0 0 0 / 14%), 0 20px 60px rgb(0 0 0 / 28%); }
    [hidden] { display: none !important; }
    .head { display: flex; align-items: center; justify-content: space-between; flex: none;
      min-block-size: 48px; padding-inline: 16px 4px; background: var(--accent); color: var(--on);
      font-weight: 600; }
    .close { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 999px; }
    .close:focus-visible { outline-color: var(--on); outline-offset: -5px; }
    iframe { flex: 1; inline-size: 100%; border: 0; background: var(--surface); }
    iframe:focus-visible { outline: none; }
    .news { margin: auto; padding: 24px; text-align: center; color: var(--muted); }
    .news a { display: inline-block; margin-block-start: 12px; padding: 10px 0; color: var(--accent); }
    svg { display: block; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    @media (max-width: 600px) {
      .panel { inset: 0 !important; inline-size: auto; block-size: auto; border: 0; border-radius: 0; }
      .head { padding-block-start: env(safe-area-inset-top); }
      .opened .open { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      .panel { animation: rise 0.16s ease-out; }
      @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    }
    @media print { .root { display: none; } }`;

  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const draw = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of [["viewBox", "0 0 24 24"], ["width", "22"], ["height", "22"], ["aria-hidden", "true"]]) {
      svg.setAttribute(name, value);
    }
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  // The element in the page: whatever the page's sheets say of it, inline and important wins.
  const host = document.createElement("kb-help");
  const pin = () => {
    const fixed = {
      all: "initial", display: "block", position: "fixed", inset: "auto", width: "0", height: "0",
      margin: "0", padding: "0", border: "0", overflow: "visible", background: "none",
      visibility: "visible", opacity: "1", "pointer-events": "auto", "z-index": "2147483647",
    };
    for (const [name, value] of Object.entries(fixed)) host.style.setProperty(name, value, "important");
  };
  pin();
  const shadow = host.attachShadow({ mode: "closed" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make("style", "", CSS)); // browsers before 2023
  }

  const root = make("div", `root ${rtl ? "rtl" : ""} ${set.position === "start" ? "start" : "end"}`);
  root.lang = WORDS[locale] ? locale : "en";
  const opener = make("button", "open");
  opener.type = "button";
  opener.append(
    draw("M9.6 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2 1-1.2 1.8v.3M12 17h.01M12 3.5a8.5 8.5 0 1 1-4.2 15.9L3.5 20.5l1.1-4.3A8.5 8.5 0 0 1 12 3.5z"),
    make("span", "", set.label || words[0]),
  );
  opener.setAttribute("aria-haspopup", "dialog");
  opener.setAttribute("aria-expanded", "false");
  opener.hidden = set.button === "none";

  const panel = make("div", "panel");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", set.label || words[0]);
  panel.hidden = true;
  const head = make("div", "head");
  const closer = make("button", "close");
  closer.type = "button";
  closer.setAttribute("aria-label", words[1]);
  closer.append(draw("m6 6 12 12M18 6 6 18"));
  head.append(make("span", "", set.label || words[0]), closer);
  const news = make("div", "news");
  news.setAttribute("role", "status");
  // Who tabs past an end comes in again at the other one.
  const before = make("span");
  const after = make("span");
  before.tabIndex = after.tabIndex = 0;
  panel.append(before, head, news, after);
  root.append(opener, panel);
  shadow.append(root);

  let frame = null;
  let answered = false;
  let timer = 0;
  let returnTo = null;
  let locked = null;

  const pageNow = () => ({
    page: location.origin + location.pathname, // what follows may be personal
    about: [document.title, document.querySelector("meta[name='description' i]")?.content]
      .filter(Boolean).join(". ").slice(0, 300),
  });
  const isOpen = () => !panel.hidden;
  const say = (message) => {
    if (answered) frame.contentWindow.postMessage({ kb: 1, ...message }, origin);
  };

  function load(query) {
    const address = new URL(`${server}/widget/frame${query ? "/results" : ""}`);
    const told = { key: set.key, locale, host: location.origin, ...pageNow(), ...(query && { q: query }) };
    for (const [name, value] of Object.entries(told)) if (value) address.searchParams.set(name, value);
    frame = make("iframe");
    frame.title = set.label || words[0];
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
    frame.referrerPolicy = "strict-origin";
    frame.hidden = true;
    frame.src = address;
    panel.insertBefore(frame, after);
    news.hidden = false;
    news.replaceChildren(words[2]);
    timer = setTimeout(giveLink, UNANSWERED);
  }

  function giveLink() {
    const link = make("a", "", words[4]);
    link.href = `${server}/?locale=${encodeURIComponent(locale)}`;
    link.target = "_blank";
    link.rel = "noopener";
    news.replaceChildren(make("div", "", words[3]), link);
  }

  function open(options) {
    const query = typeof options?.query === "string" ? options.query.trim().slice(0, 500) : "";
    if (!isOpen()) {
      returnTo = document.activeElement === host ? opener : document.activeElement;
      panel.hidden = false;
      root.classList.add("opened");
      opener.setAttribute("aria-expanded", "true");
      phone();
    }
    if (frame) say(query ? { type: "search", query } : { type: "page", ...pageNow() });
    else load(query);
    if (answered) focusFrame("start");
    else closer.focus();
  }

  function close() {
    if (!isOpen()) return;
    panel.hidden = true;
    root.classList.remove("opened");
    opener.setAttribute("aria-expanded", "false");
    phone();
    const back = returnTo && returnTo !== document.body && returnTo.isConnected ? returnTo : opener;
    back.focus?.();
    returnTo = null;
    if (!answered && frame) {
      clearTimeout(timer);
      frame.remove(); // tried anew when it is opened again
      frame = null;
    }
  }

  function focusFrame(edge) {
    frame.focus();
    say({ type: "focus", edge });
  }

  /** On a phone the panel covers the page, which then neither scrolls nor is reached. */
  function phone() {
    const covers = isOpen() && small.matches;
    if (covers) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
    const style = document.documentElement.style;
    if (covers && locked === null) {
      locked = [style.getPropertyValue("overflow"), style.getPropertyPriority("overflow")];
      style.setProperty("overflow", "hidden", "important");
    } else if (!covers && locked !== null) {
      style.setProperty("overflow", ...locked);
      locked = null;
    }
  }

  opener.addEventListener("click", () => (isOpen() ? close() : open()));
  closer.addEventListener("click", close);
  small.addEventListener("change", phone);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    event.stopPropagation();
    close();
  });
  after.addEventListener("focus", () => closer.focus());
  before.addEventListener("focus", () => (answered ? focusFrame("end") : closer.focus()));

  // Any link or button of the page may open it; without the widget such a link leads where it says.
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-kb-open]");
    if (!asked || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    asked.focus?.();
    open({ query: asked.dataset.kbOpen });
  });

  addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    if (event.data?.kb !== 1) return;
    if (event.data.type === "close") close();
    if (event.data.type !== "ready") return;
    const first = !answered;
    answered = true;
    clearTimeout(timer);
    news.hidden = true;
    frame.hidden = false;
    if (isOpen() && (first || shadow.activeElement === frame || shadow.activeElement === closer)) {
      focusFrame(first ? "start" : "page");
    }
  });

  function mount() {
    document.documentElement.append(host); // what happens to <body> does not happen to it
    host.setAttribute("popover", "manual");
    host.showPopover?.(); // above everything, whatever its z-index
  }
  if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount, { once: true });

  window.KB = Object.assign(window.KB ?? {}, { open, close });
})();

// What a page is like, for eval/pages/inspection.py to judge. Runs in the page; changes nothing.
() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (element) => (element?.textContent ?? "").replace(/\s+/g, " ").trim();
  const attribute = (selector, name) => document.querySelector(selector)?.getAttribute(name) ?? null;
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest(".visually-hidden, [inert]");
  const short = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 100);
  const hidden = (box) => box.width <= 1 || box.height <= 1; // for screen readers only

  const targets = all(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]",
  )
    .filter(shown)
    .map((element) => {
      // A check box inside its label is as large as the label.
      const label = element.labels?.[0];
      const boxes = [element, ...(label?.contains(element) ? [label] : [])].map((one) =>
        one.getBoundingClientRect(),
      );
      const box = boxes.reduce((a, b) => (a.height * a.width > b.height * b.width ? a : b));
      const inSentence =
        element.tagName === "A" &&
        getComputedStyle(element).display === "inline" &&
        text(element.parentElement).length > text(element).length + 3;
      return { element, box, inSentence };
    })
    .filter(({ box }) => !hidden(box));
  const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
  const crowded = ({ element, box }) =>
    targets.some((other) => {
      if (other.element === element || other.element.contains(element)) return false;
      if (element.contains(other.element)) return false;
      const [x, y] = middle(box);
      const nearX = Math.max(other.box.left, Math.min(x, other.box.right));
      const nearY = Math.max(other.box.top, Math.min(y, other.box.bottom));
      return Math.hypot(nearX - x, nearY - y) < 12;
    });
  const small = targets.filter(
    (one) =>
      !one.inSentence && (one.box.width < 23.5 || one.box.height < 23.5) && crowded(one),
  );

  const tiny = all("body *").filter(
    (element) =>
      shown(element) &&
      !hidden(element.getBoundingClientRect()) &&
      !element.closest("svg") &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
      parseFloat(getComputedStyle(element).fontSize) < 12,
  );

  const jsonLd = all('script[type="application/ld+json"]').map((script) => {
    try {
      JSON.parse(script.textContent);
      return "";
    } catch (error) {
      return String(error);
    }
  });

  const paints = performance.getEntriesByType("paint");
  const unlabelled = all("input:not([type=hidden]):not([type=submit]), select, textarea").filter(
    (element) =>
      shown(element) &&
      !element.labels?.length &&
      !element.ariaLabel &&
      !element.getAttribute("aria-labelledby"),
  );

  return {
    title: document.title,
    lang: document.documentElement.lang,
    dir: getComputedStyle(document.documentElement).direction,
    viewport: attribute("meta[name=viewport]", "content"),
    description: attribute("meta[name=description]", "content"),
    robots: attribute("meta[name=robots]", "content"),
    canonical: attribute("link[rel=canonical]", "href"),
    alternates: all("link[rel=alternate][hreflang]").map((link) => [link.hreflang, link.href]),
    h1: all("h1").filter(shown).map(text),
    headings: all("h1, h2, h3, h4, h5, h6").filter(shown).map((one) => Number(one.tagName[1])),
    main: all("main").length,
    imagesWithoutAlt: all("img:not([alt])").map(short),
    imagesWithoutSize: all("img:not([width]), img:not([height])").map(short),
    linksWithoutName: all("a[href], button")
      .filter(
        (one) =>
          shown(one) &&
          !text(one) &&
          !one.ariaLabel &&
          !one.title &&
          !one.getAttribute("aria-labelledby") &&
          !one.querySelector("img[alt]:not([alt='']), svg[aria-label], svg title"),
      )
      .map(short),
    linksNowhere: all('a[href=""], a[href="#"], a:not([href])').filter(shown).map(short),
    fieldsWithoutLabel: unlabelled.map(short),
    smallTargets: small.map(({ element, box }) =>
      `${Math.round(box.width)}×${Math.round(box.height)} ${short(element)}`),
    tinyText: tiny.map(short),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    repeatedIds: all("[id]").map((one) => one.id).filter((id, at, ids) => ids.indexOf(id) !== at),
    inlineCode: all("script:not([src]):not([type='application/ld+json']), style, [style]").map(short),
    jsonLd,
    skipLink: Boolean(document.querySelector("a[href^='#']")),
    shift: window.__shift ?? 0,
    largestPaint: window.__largest ?? 0,
    firstPaint: paints.find((one) => one.name === "first-contentful-paint")?.startTime ?? 0,
    elements: all("*").length,
  };
}

// Whether a page holds anything that could run, load or cover something, and is not ours.
// Returns a line for each such thing. `inside`: selector of parts whose text somebody else wrote.
(inside, page = document) => {
  const found = [];
  const short = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const note = (why, element) => found.push(`${why}: ${short(element)}`);
  const roots = [page];
  for (const element of page.querySelectorAll("*")) {
    if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  for (const root of roots) {
    for (const element of root.querySelectorAll("*")) {
      const name = element.localName;
      for (const { name: attribute, value } of element.attributes) {
        if (/^on/i.test(attribute)) note("event attribute", element);
        if (attribute === "style") note("inline style", element);
        if (/^(href|src|action|formaction|data|cite|xlink:href|poster|ping|background)$/.test(attribute)) {
          let scheme = "";
          try {
            scheme = new URL(value, location.href).protocol;
          } catch {
            continue; // an address that leads nowhere
          }
          if (!["http:", "https:", "mailto:", "tel:"].includes(scheme)) note(scheme, element);
        }
        if (attribute === "srcdoc") note("srcdoc", element);
      }
      if (name === "script") {
        const own = element.src && new URL(element.src).origin === location.origin;
        const data = element.type === "application/ld+json" && !element.src;
        if (!(own && element.src.includes("/static/")) && !data) note("script", element);
        if (data) {
          try {
            JSON.parse(element.textContent);
          } catch {
            note("JSON-LD that is none", element);
          }
        }
      }
      if (["object", "embed", "applet", "base", "frame", "frameset", "portal"].includes(name)) {
        note("element", element);
      }
      if (name === "meta" && element.httpEquiv) note("meta", element);
      if (name === "link" && element.sheet && !element.href.includes("/static/")) {
        note("style sheet", element);
      }
      if (name === "style") note("style", element);
    }
    for (const part of root.querySelectorAll(inside)) {
      const written =
        "svg, math, iframe, form, input, button, select, textarea, video, audio, source, style, " +
        "link, meta, template, dialog, details[open], canvas, [name], [popover], [autofocus], " +
        "[contenteditable], [tabindex], [target], [class], [is]";
      // What we put around headings and tables ourselves; nobody else's class gets here.
      const ours = "div.table, p.subject, a.anchor, a.anchor *";
      for (const element of part.querySelectorAll(written)) {
        if (!element.matches(ours)) note("in what was written", element);
      }
      for (const element of part.querySelectorAll("[id]")) {
        if (!/^h[1-6]$/.test(element.localName)) note("id", element);
      }
    }
  }
  if (page.title.trim() === "canary") found.push("the title was changed");
  return found;
}

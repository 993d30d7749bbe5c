// Parts of pages, rendered by our server, put into the page. The only place that turns text into
// HTML: the Content-Security-Policy allows this one Trusted Types policy.

const policy = globalThis.trustedTypes?.createPolicy("kb", { createHTML: (html) => html });

/** Fetch a fragment from our own origin. Throws `FragmentError` with status and the HTML, if any. */
export async function fetchFragment(url, options = {}) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) throw new TypeError("Fragments come from here only.");
  const response = await fetch(address, {
    ...options,
    headers: { "X-Fragment": "1", ...options.headers },
    credentials: "same-origin",
  });
  const type = response.headers.get("Content-Type") ?? "";
  const html = type.startsWith("text/html") ? await response.text() : "";
  if (!response.ok) throw new FragmentError(response, html);
  return { html, response };
}

export class FragmentError extends Error {
  constructor(response, html) {
    super(`${response.status}`);
    this.status = response.status;
    this.html = html;
  }
}

/** The nodes of a fragment that our server rendered. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content;
}

/** Replace what `target` contains by the fragment at `url`; tells `kb:loaded` when done. */
export async function load(target, url, options = {}) {
  target.setAttribute("aria-busy", "true");
  try {
    const { html, response } = await fetchFragment(url, options);
    target.replaceChildren(parse(html));
    target.dispatchEvent(new CustomEvent("kb:loaded", { bubbles: true, detail: { response } }));
    return response;
  } finally {
    target.removeAttribute("aria-busy");
  }
}

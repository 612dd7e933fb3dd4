// Elements and words. Every text becomes a text node and nothing else: no article, question or stored conversation is
// ever read as HTML. Knows nothing of answers.

/** An element. Attributes: `class`, `onclick` and the like (functions only), true or false, or text. Children: text or nodes. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(
    ...children.flat().filter((child) => child !== "" && child !== false && child !== null && child !== undefined),
  );
  return element;
}

/** A button that says what it does. */
export const button = (label, onclick, attributes = {}) =>
  h("button", { type: "button", onclick, ...attributes }, label);

/** Call `use` with the element of that selector, now or once Gradio has made it. */
export function whenShown(selector, use) {
  const found = document.querySelector(selector);
  if (found) {
    use(found);
    return;
  }
  const observer = new MutationObserver(() => {
    const made = document.querySelector(selector);
    if (!made) return;
    observer.disconnect();
    use(made);
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** What stands between two offsets of a text, which count characters as the server does: an emoji is one, not two. */
export const between = (text, start, end) => Array.from(text).slice(start, end).join("");

/** `1 article`, `2 articles`, `1,000 articles`. */
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** `2016-03-24` as `24 March 2016` (or, `month` being "short", `24 Mar 2016`), anything else as it is. */
export function day(published, month = "long") {
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(published) ? new Date(`${published}T00:00:00Z`) : null;
  if (!parsed || Number.isNaN(parsed.valueOf())) return published;
  return parsed.toLocaleDateString("en-GB", { day: "numeric", month, year: "numeric", timeZone: "UTC" });
}

/** A text cut at its markers: `[characters, number or null]`; joined again the characters are the text. */
export function marked(text) {
  return text
    .split(/(\[\d+\])/)
    .filter(Boolean)
    .map((part) => [part, /^\[\d+\]$/.test(part) ? Number(part.slice(1, -1)) : null]);
}

/** Who is named for a citation or passage: its outlet, or else the article. */
export const outlet = (cited) => cited.publisher || cited.name;

/** A probability as the page shows it; none is certain. */
export function percent(probability) {
  const whole = Math.round(probability * 100);
  if (whole === 0) return "less than 1\u00a0%";
  return whole === 100 ? "more than 99\u00a0%" : `${whole}\u00a0%`;
}

/** Whether motion is unwelcome. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

let region;

/** Say something to those who hear the page. */
export function announce(text) {
  region ??= document.body.appendChild(
    h("div", { role: "status", "aria-live": "polite", class: "unseen", id: "announced" }),
  );
  region.textContent = text;
}

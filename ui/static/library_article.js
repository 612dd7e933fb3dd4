// An article of the library, opened to be read: beside the list in a wide window, over it in a narrow one.

import { button, day, h } from "./dom.js";
import { marked } from "./library_list.js";
import { call } from "./transport.js";

const overlaid = matchMedia("(max-width: 62rem)"); // as in library.css

/** The reader. `room` gets the class `reading` while an article is open, and what it covers cannot be reached by Tab. */
export function reader(room) {
  const element = h("aside", { class: "leaf", "aria-label": "Opened article", hidden: true });
  let opener = null;
  let wanting = null; // the article asked for last: what comes of an earlier one, or after Escape, comes too late
  let shown = null; // what is open: id, words to mark, text

  function cover() {
    for (const part of room.children) part.inert = part !== element && !element.hidden && overlaid.matches;
  }

  function close() {
    wanting = null;
    if (element.hidden) return;
    element.hidden = true;
    element.replaceChildren();
    room.classList.remove("reading");
    cover();
    if (opener?.isConnected) opener.focus();
  }

  async function open(id, wanted, from) {
    const mine = (wanting = {});
    const article = await call("library_read", [id]).catch((error) => ({ error: error.message }));
    if (wanting !== mine) return;
    opener = from?.isConnected && !element.contains(from) ? from : opener;
    element.hidden = false;
    draw(article, id, wanted);
    room.classList.add("reading");
    cover();
    element.querySelector("h2").focus({ preventScroll: true });
  }

  function draw(article, id, wanted) {
    shown = { id, wanted, text: article.text };
    element.replaceChildren(...content(article, wanted));
  }

  /** Articles came or went: what is being read stays, unless it is gone or its text is another. */
  async function recheck() {
    if (element.hidden) return;
    const [mine, { id, wanted, text }] = [wanting, shown];
    const article = await call("library_read", [id]).catch(() => null);
    if (wanting !== mine || !article) return;
    if (article.error) close();
    else if (article.text !== text) draw(article, id, wanted);
  }

  function content(article, wanted) {
    const bar = h("div", { class: "leaf-bar" }, button("×", close, { class: "close", "aria-label": "Close the article" }));
    if (article.error) return [h("header", {}, bar, h("h2", { tabindex: -1 }, "Not found"), h("p", {}, article.error))];
    const about = [article.publisher, article.published && day(article.published), article.author, article.section, article.id].filter(Boolean);
    const address = article.link ? h("a", { href: article.link, target: "_blank", rel: "noopener noreferrer" }, article.url) : article.url;
    const copies = article.copies.flatMap((copy) => [" ", button(copy.publisher || copy.name, () => open(copy.id, wanted), { class: "open", dir: "auto" })]);
    return [
      h(
        "header",
        {},
        bar,
        h("h2", { tabindex: -1, dir: "auto" }, article.name),
        h("p", { class: "meta" }, about.map((part) => h("span", { dir: "auto" }, part))),
        article.url ? h("p", { class: "meta" }, address) : "",
        copies.length ? h("p", { class: "meta same" }, "The same text:", copies) : "",
      ),
      h("div", { class: "text", dir: "auto", tabindex: 0, role: "region", "aria-label": "Text of the article" }, body(article.text, wanted)),
    ];
  }

  room.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !wanting) return;
    event.stopPropagation(); // the chat's own Escape stops an answer
    close();
  });
  overlaid.addEventListener("change", cover);
  return { element, open, recheck };
}

/** The text, every character of it, with room between its paragraphs. */
function body(text, wanted) {
  const gap = /\n[^\S\n]*\n\s*/.test(text) ? /(\n[^\S\n]*\n\s*)/ : /(\n\s*)/;
  return text.split(gap).flatMap((run, place) => (place % 2 ? h("span", { class: "gap" }, run) : marked(run, wanted)));
}

// The opened article: its whole text with the quote marked and in view, and a way through the answer's other sources.

import { between, button, day, h } from "./dom.js";
import { call } from "./transport.js";

const overlaid = matchMedia("(max-width: 62rem)"); // as in article.css

/** The panel. `desk` gets the class `opened` while an article is open; `cover` is what lies under it on a narrow window. */
export function articlePanel(desk, cover, say) {
  const panel = h("aside", { class: "paper", "aria-label": "Opened article", hidden: true });
  let opener = null;
  let shown = { all: [], place: 0 };

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    desk.classList.remove("opened");
    cover.inert = false;
    opener?.isConnected && opener.focus();
  }

  async function open(all, place, from) {
    const one = all[place];
    const article = await call("article", [one.article_id, one.quote ?? one.text, one.start]).catch((error) => ({
      error: error.message,
    }));
    if (article.error) return say(article.error);
    opener = from ?? opener;
    shown = { all, place };
    panel.hidden = false;
    panel.replaceChildren(...content(article, all, place, step, close, say));
    desk.classList.add("opened");
    cover.inert = overlaid.matches; // what the article covers cannot be reached by Tab
    bringIntoView(panel);
  }

  const step = (by) => shown.all[shown.place + by] && open(shown.all, shown.place + by);
  overlaid.addEventListener("change", () => (cover.inert = !panel.hidden && overlaid.matches));
  panel.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && !event.altKey && !event.ctrlKey && !event.metaKey) step(by);
  });
  return { panel, open, close, isOpen: () => !panel.hidden };
}

function bringIntoView(panel) {
  const [mark, text] = [panel.querySelector("mark"), panel.querySelector(".text")];
  if (mark)
    text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 4;
  panel.querySelector("h2").focus({ preventScroll: true });
}

function content(article, all, place, step, close, say) {
  const about = [
    article.publisher,
    article.published && day(article.published),
    article.author,
    article.section,
    article.id,
  ].filter(Boolean);
  const through =
    all.length < 2
      ? []
      : [
          button("‹", () => step(-1), { "aria-label": "Previous source", disabled: place === 0 }),
          button("›", () => step(1), { "aria-label": "Next source", disabled: place === all.length - 1 }),
        ];
  const which = all.length > 1 ? `Source ${place + 1} of ${all.length}` : "Source";
  return [
    h(
      "header",
      {},
      h(
        "div",
        { class: "bar" },
        h("span", { class: "which" }, which),
        through,
        button("Copy quote", () => copyQuote(article, say), { class: "quiet" }),
        button("×", close, { class: "close", "aria-label": "Close the article" }),
      ),
      h("h2", { tabindex: -1, dir: "auto" }, article.name),
      h(
        "p",
        { class: "meta" },
        about.map((part) => h("span", { dir: "auto" }, part)),
      ),
      article.url
        ? h(
            "p",
            { class: "url" },
            article.link
              ? h("a", { href: article.link, target: "_blank", rel: "noopener noreferrer" }, article.url)
              : article.url,
          )
        : "",
      article.start < 0
        ? h("p", { class: "moved" }, "The article has changed since it was quoted: the sentence is no longer in it.")
        : "",
    ),
    h(
      "div",
      { class: "text", dir: "auto", tabindex: 0, role: "region", "aria-label": "Text of the article" },
      body(article),
    ),
  ];
}

/** The text, every character of it, the quote marked. */
function body({ text, start, end }) {
  const gap = /\n[^\S\n]*\n\s*/.test(text) ? /(\n[^\S\n]*\n\s*)/ : /(\n\s*)/;
  const runs = (part) => part.split(gap).map((run, place) => (place % 2 ? h("span", { class: "gap" }, run) : run));
  if (start < 0) return runs(text);
  const [before, quote, after] = [between(text, 0, start), between(text, start, end), between(text, end)];
  return [...runs(before), h("mark", {}, runs(quote)), ...runs(after)];
}

async function copyQuote(article, say) {
  const quote = between(article.text, article.start, article.end).replace(/\s+/g, " ");
  const byline = [article.publisher, article.name, article.published && day(article.published), article.url].filter(
    Boolean,
  );
  await copy(`“${quote}” (${byline.join(", ")})`, say);
}

/** Put text on the clipboard, also where the page is not served securely, and say so. */
export async function copy(text, say) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = h("textarea", { class: "unseen", "aria-hidden": "true" });
    box.value = text;
    const focused = document.activeElement;
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    focused?.focus();
    if (!copied) return say("This browser does not let the page copy. Select the text instead.");
  }
  return say("Copied.");
}

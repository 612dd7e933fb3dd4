// One piece of a gold question's evidence: the article, and its exact words. Whether they stand in it, the server says.

import { button, day, h } from "./dom.js";
import { call } from "./transport.js";

const PAUSE = 300; // milliseconds without a key, after which articles are looked for
const OFFERED = 6; // articles that a search offers
const MORE = "more"; // the option that looks for another article; the others' values are their places

/** What an article is called in a list. */
export const called = ({ publisher, name, title, published }) =>
  [publisher, name || title, published && day(published)].filter(Boolean).join(" · ");

let fields = 0;

/** A control with the words over it, and a hint under it. */
export function field(words, control, hint = "") {
  const id = `gold-field-${(fields += 1)}`;
  control.id = id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, words),
    control,
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : "",
  );
}

/** The piece. `known` is article id → what it is called; `gone` is called when it is removed. */
export function piece({ source, quote }, known, gone) {
  let id = source;
  const select = h("select", { onchange: pick });
  const words = h("textarea", { rows: 3, dir: "auto", maxlength: 5000, oninput: () => refuse(null) });
  words.value = quote;
  const problem = h("div", { class: "unproven", role: "alert", hidden: true });
  const finder = search((found, name) => {
    known.set(found, name);
    id = found;
    offer();
    closed();
    words.focus();
  });
  const article = reading(
    () => id,
    words,
    () => refuse(null),
  );
  const element = h(
    "li",
    { class: "piece" },
    field("Article", select),
    finder.element,
    field("Its exact words", words, "Empty where only the article is known."),
    problem,
    article.element,
    button("Remove this evidence", () => (element.remove(), gone()), { class: "quiet remove" }),
  );

  function offer() {
    const ids = [...known.keys()];
    const none = id ? "" : h("option", { value: "" }, "Choose an article …");
    select.replaceChildren(
      ...[
        none,
        ...ids.map((one, at) => h("option", { value: at }, known.get(one))),
        h("option", { value: MORE }, "Another article …"),
      ].filter(Boolean),
    );
    select.value = id ? String(ids.indexOf(id)) : "";
  }

  function pick() {
    const more = select.value === MORE;
    id = more || select.value === "" ? "" : [...known.keys()][Number(select.value)];
    closed();
    if (more) finder.open();
  }

  function closed() {
    finder.close();
    article.close();
    refuse(null);
  }

  /** Say that it does not hold, and offer what comes nearest; null: nothing is known against it. */
  function refuse(unproven) {
    problem.hidden = !unproven;
    problem.replaceChildren();
    words.setAttribute("aria-invalid", String(Boolean(unproven)));
    if (!unproven) return;
    problem.append(h("p", {}, unproven.line));
    if (!unproven.nearest) return;
    const use = () => {
      words.value = unproven.nearest;
      refuse(null);
      words.focus();
    };
    problem.append(
      h("blockquote", { dir: "auto" }, unproven.nearest),
      button("Use these words", use, { class: "plain" }),
    );
  }

  offer();
  return {
    element,
    refuse,
    focus: () => (id ? words : select).focus(),
    value: () => ({ source: id, quote: words.value }),
    isEmpty: () => !id && !words.value.trim(),
  };
}

/** A box that looks for an article in the whole library; `picked` gets its id and what it is called. */
function search(picked) {
  const box = h("input", { type: "search", autocomplete: "off", dir: "auto", maxlength: 200, oninput: () => later() });
  const list = h("ul", { class: "found" });
  const line = h("p", { class: "hint", role: "status" });
  const element = h(
    "div",
    { class: "finder", hidden: true },
    field("Find it by title, outlet or words", box),
    line,
    list,
  );
  let [timer, newest] = [0, 0];

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };

  async function look() {
    const mine = (newest += 1);
    const found = await call("library_look", [box.value, {}, false, 0]).catch((error) => ({ error: error.message }));
    if (mine !== newest) return;
    const articles = (found.stories ?? []).flatMap((story) => [story, ...story.copies]).slice(0, OFFERED);
    line.textContent = found.error ?? (articles.length ? "" : "No article has these words.");
    list.replaceChildren(
      ...articles.map((one) =>
        h(
          "li",
          {},
          button(called(one), () => picked(one.id, called(one)), { dir: "auto" }),
        ),
      ),
    );
  }

  const open = () => {
    element.hidden = false;
    box.focus();
    look();
  };
  return { element, open, close: () => (element.hidden = true) };
}

/** The article's text to read, and to take the words from. It is a text box, so that keys alone can select in it. */
function reading(id, words, changed) {
  const box = h("textarea", {
    class: "article-text",
    readonly: true,
    rows: 10,
    dir: "auto",
    "aria-label": "Text of the article",
  });
  const line = h("p", { class: "hint", role: "status" });
  const take = button("Use the selected words", use, { class: "plain" });
  const element = h(
    "details",
    { class: "reading", ontoggle: () => element.open && read() },
    h("summary", {}, "Read the article"),
    box,
    take,
    line,
  );

  async function read() {
    line.textContent = "";
    const article = id()
      ? await call("article", [id(), "", 0]).catch((error) => ({ error: error.message }))
      : { error: "Choose an article first." };
    box.value = article.error ? "" : article.text;
    line.textContent = article.error ?? "Select words in it with the mouse, a finger, or Shift and the arrows.";
    const start = words.value ? box.value.indexOf(words.value) : -1;
    if (start < 0) return;
    box.setSelectionRange(start, start + words.value.length);
    box.scrollTop = (box.scrollHeight * start) / box.value.length - box.clientHeight / 3;
  }

  function use() {
    const chosen = box.value.slice(box.selectionStart, box.selectionEnd).trim();
    line.textContent = chosen ? "Taken." : "Select the words first.";
    if (!chosen) return;
    words.value = chosen;
    changed();
  }

  return { element, close: () => (element.open = false) };
}

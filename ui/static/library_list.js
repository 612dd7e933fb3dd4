// The list of the articles: searched, sorted, a page at a time; chosen ones are asked alone, or removed.

import { announce, button, count, day, h } from "./dom.js";
import { filters, onFilters, setFilters } from "./filters.js";
import { token } from "./library_add.js";
import { untilEnded } from "./library_progress.js";
import { call } from "./transport.js";

const PAUSE = 300; // milliseconds without a key, after which the search is made

/** The list. `act` has read(id, wanted, from), changed() and editable. */
export function shelf(act) {
  const words = h("input", { type: "search", maxlength: 200, autocomplete: "off", placeholder: "words, or \"an exact phrase\"", dir: "auto" });
  const order = h("select", {}, h("option", { value: "" }, "Newest first"), h("option", { value: "oldest" }, "Oldest first"));
  const within = h("input", { type: "checkbox" });
  const inChat = h("label", { class: "within", hidden: true }, within, " Only those that the chat may use");
  const search = h(
    "form",
    { class: "look", role: "search", onsubmit: (event) => (event.preventDefault(), look(0)) },
    h("label", { class: "words" }, h("span", {}, "Search title, outlet, author and text"), words),
    h("label", {}, h("span", {}, "Order"), order),
    inChat,
  );
  const summary = h("p", { class: "summary", tabindex: -1 });
  const stories = h("ul", { class: "stories" });
  const pages = h("nav", { class: "pages", "aria-label": "Pages of the list", hidden: true });
  const note = h("p", { class: "note", role: "status" });
  const chosen = new Map(); // id → name
  const bar = selection(chosen, { ask, remove, clear, editable: act.editable });
  const element = h("section", { class: "list", "aria-labelledby": "shelf-title" }, h("h2", { id: "shelf-title" }, "Articles"), search, bar.element, note, summary, stories, pages);
  let page = 0;
  let newest = 0; // number of the latest search: an earlier answer that comes late is dropped

  async function look(to = page) {
    const mine = (newest += 1);
    const found = await call("library_look", [words.value, within.checked ? filters() : {}, order.value === "oldest", to]).catch((error) => ({ error: error.message }));
    if (mine !== newest) return null;
    if (found.error) {
      summary.textContent = found.error;
      return null;
    }
    page = found.page;
    summary.textContent = summed(found, words.value);
    stories.replaceChildren(...found.stories.map((story) => item(story, found.wanted)));
    turn(found);
    return found;
  }

  function turn(found) {
    pages.hidden = found.pages < 2;
    const to = (label, number) => button(label, async () => {
      await look(number);
      announce(summary.textContent);
      summary.focus({ preventScroll: true });
      element.scrollIntoView({ block: "start" });
    }, { class: "plain", disabled: number < 0 || number >= found.pages });
    pages.replaceChildren(to("Previous", page - 1), h("span", {}, `${(page + 1).toLocaleString("en")} of ${found.pages.toLocaleString("en")}`), to("Next", page + 1));
  }

  function item(story, wanted) {
    const same = story.copies.length
      ? h("details", { class: "copies" }, h("summary", {}, `${story.copies.length} more with the same text`), h("ul", {}, story.copies.map((copy) => h("li", {}, box(copy), h("div", {}, opener(copy, wanted), meta(copy, wanted))))))
      : "";
    return h("li", {}, box(story), h("div", {}, h("h3", {}, opener(story, wanted)), meta(story, wanted), h("p", { class: "excerpt", dir: "auto" }, marked(story.excerpt, wanted)), same));
  }

  const opener = (one, wanted) => button(marked(one.name, wanted), (event) => act.read(one.id, wanted, event.currentTarget), { class: "open", dir: "auto" });

  function box({ id, name }) {
    const tick = h("input", { type: "checkbox", "aria-label": `Choose ${name}`, "data-id": id });
    tick.checked = chosen.has(id);
    tick.addEventListener("change", () => {
      if (tick.checked) chosen.set(id, name);
      else chosen.delete(id);
      bar.draw();
    });
    return tick;
  }

  function clear() {
    chosen.clear();
    for (const tick of stories.querySelectorAll("input")) tick.checked = false;
    bar.draw();
    words.focus();
  }

  function ask() {
    setFilters({ article_ids: [...chosen.keys()] });
    note.textContent = `The chat now asks ${chosen.size === 1 ? "this article" : `these ${chosen.size.toLocaleString("en")} articles`} only, until you remove the filter there.`;
    clear();
  }

  async function remove() {
    const ids = [...chosen.keys()];
    if (!(await confirmed(element, [...chosen.values()]))) return;
    clear();
    const batch = token();
    const first = await call("library_remove", [batch, ids]).catch((error) => ({ error: error.message }));
    const last = await untilEnded(batch, first, (now) => {
      if (!now.ended) note.textContent = now.state === "waiting" && now.line ? `To be removed when it is their turn: ${now.line}.` : `Removing ${count(ids.length, "article")} …`;
    });
    note.textContent = last.error ?? (last.state === "done" ? `${count(last.counts.removed, "article")} removed.` : `Not removed: ${last.line}.`);
    const gone = new Set(ids);
    const kept = filters().article_ids.filter((id) => !gone.has(id));
    if (last.state === "done" && kept.length < filters().article_ids.length) setFilters({ article_ids: kept });
    await act.changed();
  }

  let timer;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await look(0);
      announce(summary.textContent);
    }, PAUSE);
  });
  order.addEventListener("change", () => look(0));
  within.addEventListener("change", () => look(0));

  function limited() {
    const { publishers, after, before, article_ids: ids } = filters();
    inChat.hidden = !(publishers.length || after || before || ids.length);
    if (inChat.hidden && !within.checked) return;
    if (inChat.hidden) within.checked = false;
    if (within.checked || inChat.hidden) look(0);
  }
  onFilters(limited);
  limited();

  return { element, look };
}

/** The bar that says what is chosen, and what to do with it. */
function selection(chosen, act) {
  const line = h("p", { role: "status" });
  const remove = act.editable ? button("Remove …", act.remove, { class: "plain" }) : "";
  const element = h("div", { class: "selection", role: "group", "aria-label": "Chosen articles", hidden: true }, line, button("Ask only these", act.ask, { class: "strong" }), remove, button("Clear", act.clear, { class: "plain" }));
  const draw = () => {
    element.hidden = !chosen.size;
    line.textContent = `${count(chosen.size, "article")} chosen`;
  };
  return { element, draw };
}

/** Ask whether to remove these; the answer is a promise of true or false. */
function confirmed(parent, names) {
  const listed = names.slice(0, 10).map((name) => h("li", { dir: "auto" }, name));
  if (names.length > 10) listed.push(h("li", {}, `and ${(names.length - 10).toLocaleString("en")} more`));
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    const dialog = h(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title", onclose: () => end(dialog.returnValue === "remove") },
      h("h2", { id: "confirm-title" }, `Remove ${count(names.length, "article")}?`),
      h("ul", {}, listed),
      h("p", {}, "This is for everybody who uses the library. An uploaded file is deleted with the last article from it. A file that was ingested from a folder stays there, and the next ingest of that folder brings the article back."),
      h("form", { method: "dialog" }, h("button", { value: "remove", class: "danger" }, "Remove"), h("button", { value: "keep", class: "plain", autofocus: true }, "Keep")),
    );
    parent.append(dialog);
    dialog.showModal();
  });
}

function summed(found, words) {
  const within = words.trim() ? ` with “${words.trim()}”` : "";
  if (!found.total) return within ? `No article${within}.` : "There are no articles here yet.";
  const together = found.total === found.articles ? "" : `, as ${found.total === 1 ? "1 story" : `${found.total.toLocaleString("en")} stories`}: copies of one text are shown together`;
  return `${count(found.articles, "article")}${within}${together}.`;
}

const meta = ({ publisher, published }, wanted) => h("p", { class: "meta" }, publisher ? h("span", { dir: "auto" }, marked(publisher, wanted)) : "", h("span", {}, published ? day(published) : "no date stated"));

/** A text with the words that were searched for marked. */
export function marked(text, wanted) {
  if (!wanted.length) return [text];
  const longest = [...wanted].sort((one, two) => two.length - one.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.split(new RegExp(`(${longest.join("|")})`, "iu")).map((part, place) => (place % 2 ? h("mark", {}, part) : part));
}

// The form that says which articles the chat may use: outlets and days. Chosen articles are set from the list.

import { button, count, h } from "./dom.js";
import { chips, filters, onFilters, setFilters } from "./filters.js";
import { call } from "./transport.js";

const narrow = matchMedia("(max-width: 62rem)"); // as in library.css
const MANY = 8; // outlets from which on they can be searched

/** The form. `about` is library_about's. */
export function narrower(about) {
  const boxes = h("div", { class: "outlets", role: "group", "aria-label": "Outlets" });
  const find = h("input", { type: "search", autocomplete: "off", oninput: () => sift(), dir: "auto" });
  const finder = h("label", {}, h("span", {}, "Find an outlet"), find);
  const after = h("input", { type: "date", onchange: () => setFilters({ after: after.value }) });
  const before = h("input", { type: "date", onchange: () => setFilters({ before: before.value }) });
  const line = h("p", { class: "counted", role: "status" });
  const list = h("ul", { class: "chips", "aria-label": "Only these articles are asked" });
  const all = button("Ask all articles", () => setFilters({ publishers: [], after: "", before: "", article_ids: [] }), { class: "plain" });
  const form = h(
    "details",
    { class: "narrow" },
    h("summary", {}, "Outlets and days"),
    h("div", { class: "days" }, h("label", {}, h("span", {}, "From"), after), h("label", {}, h("span", {}, "To"), before)),
    finder,
    boxes,
  );
  const element = h("details", { class: "card", open: !narrow.matches }, h("summary", {}, h("h2", {}, "What the chat may use")), line, list, all, form);
  let total = 0;

  function choose() {
    setFilters({ publishers: [...boxes.querySelectorAll("input:checked")].map((box) => box.value) });
  }

  function sift() {
    const words = find.value.trim().toLowerCase();
    for (const label of boxes.children) label.hidden = !label.textContent.toLowerCase().includes(words);
  }

  /** Offer the outlets and days that there are now. */
  function offer({ publishers, first, last }) {
    const gone = filters().publishers.filter((name) => !publishers.includes(name));
    boxes.replaceChildren(...[...gone, ...publishers].map((name) => {
      const box = h("input", { type: "checkbox", value: name, onchange: choose });
      return h("label", {}, box, h("span", { dir: "auto" }, name));
    }));
    boxes.hidden = !boxes.children.length;
    finder.hidden = boxes.children.length < MANY;
    for (const input of [after, before]) Object.assign(input, { min: first, max: last });
    sift();
  }

  function draw() {
    const now = filters();
    for (const box of boxes.querySelectorAll("input")) box.checked = now.publishers.includes(box.value);
    [after.value, before.value] = [now.after, now.before];
    const limits = chips();
    list.hidden = all.hidden = !limits.length;
    list.replaceChildren(...limits.map(({ words, without }) => h("li", {}, h("span", { dir: "auto" }, words), button("×", () => setFilters(without), { "aria-label": `Remove the filter: ${words}` }))));
    return tell(limits.length > 0);
  }

  let newest = 0;
  async function tell(limited) {
    const mine = (newest += 1);
    const { articles, error } = await call("library_count", [filters()]).catch((failed) => ({ error: failed.message }));
    if (mine !== newest) return;
    if (!limited) total = articles ?? total;
    if (error) line.textContent = error;
    else if (!limited) line.textContent = `The chat asks all ${count(articles, "article")}.`;
    else line.textContent = articles ? `The chat asks ${articles.toLocaleString("en")} of ${count(Math.max(total, articles), "article")} only.` : "No article is left: remove a filter, or the chat finds nothing.";
  }

  async function refresh() {
    const found = await call("library_about", []).catch(() => null);
    total = (await call("library_count", [{}]).catch(() => null))?.articles ?? total;
    if (found && !found.error) offer(found);
    await draw();
  }

  offer(about);
  onFilters(draw);
  refresh();
  return { element, refresh };
}

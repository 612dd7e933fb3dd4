// Which articles may answer: the browser holds it, the library sets it, the chat shows it and sends it with each question.
// The form is that of vectorstore.types.Filters; an empty field sets no bound.

import { count, day } from "./dom.js";

const KEY = "byline.filters";
const NONE = { publishers: [], after: "", before: "", article_ids: [] };
const changed = new EventTarget();

const names = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
const text = (value) => (typeof value === "string" ? value : "");

/** The same with every field there and of its type. */
export function whole(value) {
  const { publishers, after, before, article_ids } = value ?? NONE;
  return { publishers: names(publishers), after: text(after), before: text(before), article_ids: names(article_ids) };
}

function stored() {
  try {
    return whole(JSON.parse(sessionStorage.getItem(KEY)));
  } catch {
    return { ...NONE }; // no storage, or not ours
  }
}

let current = stored();

/** The filters now. */
export const filters = () => current;

/** Set the fields that are given, keep the others, and tell everybody. */
export function setFilters(fields) {
  current = whole({ ...current, ...fields });
  try {
    sessionStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // without storage they last as long as the page
  }
  changed.dispatchEvent(new Event("change"));
}

/** Call `use` whenever the filters change. */
export const onFilters = (use) => changed.addEventListener("change", use);

/** What limits the search, one entry a chip: its words, and the filters without it. */
export function chips(of = current) {
  const { publishers, after, before, article_ids: chosen } = of;
  return [
    ...publishers.map((name) => ({
      words: name,
      without: { publishers: publishers.filter((other) => other !== name) },
    })),
    ...(after ? [{ words: `from ${day(after)}`, without: { after: "" } }] : []),
    ...(before ? [{ words: `until ${day(before)}`, without: { before: "" } }] : []),
    ...(chosen.length ? [{ words: count(chosen.length, "chosen article"), without: { article_ids: [] } }] : []),
  ];
}

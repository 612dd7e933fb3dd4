// What the articles say, beside the answer: each finding with its support, each sentence with its outlet and date, the
// order in time, and before or without an answer the nearest passages. Knows nothing of where a click leads: `open` does.

import { button, count, day, h, outlet } from "./dom.js";

const LONG = 60; // characters of a value from which on it is set as text, not as a headline

/** Articles that give any of the findings. */
const givers = (findings) => new Set(findings.flatMap((finding) => finding.article_ids)).size;

/** `3 of 4 articles`, or `1 article` where there is no other. */
export function support(finding, findings) {
  const all = givers(findings);
  const mine = finding.article_ids.length;
  return all === 1 ? "1 article" : `${mine} of ${all} articles`;
}

/** The findings in a line: `3 of 5 articles: 31 · 2 differ`; "" for a single article, which needs none. */
export function summary({ findings, differ }) {
  const all = givers(findings);
  if (all < 2) return "";
  const others = all - findings[0].article_ids.length;
  const rest =
    others && findings.length > 1
      ? ` · ${others.toLocaleString("en")} ${differ ? "differ" + (others === 1 ? "s" : "") : others === 1 ? "adds to it" : "add to it"}`
      : "";
  const value = findings[0].value.length > LONG ? "say so" : findings[0].value;
  return `${support(findings[0], findings)}${value === "say so" ? " say so" : `: ${value}`}${rest}`;
}

/** The part of the page beside a turn. */
export function evidence(turn, id, open) {
  const { answer, state } = turn;
  if (!answer) return h("div", { class: "evidence" });
  const told = new Set(answer.findings.flatMap((finding) => finding.citations));
  const more = answer.abstained ? [] : answer.citations.filter((one) => !told.has(one.marker)); // a model's prose has them
  if (told.size || more.length)
    return h(
      "section",
      { class: "evidence", "aria-label": heading(answer) },
      h("h3", {}, heading(answer)),
      answer.findings.map((finding, rank) => found(answer, finding, rank, id, open)),
      more.length ? alsoCited(answer, more, id, open) : "",
    );
  const nearest =
    answer.abstained && answer.citations.length
      ? answer.citations
      : answer.passages.filter((passage) => "text" in passage);
  if (!nearest.length) return h("div", { class: "evidence" });
  const title = state === "reading" ? "Reading now" : "Nearest passages";
  const shown = state === "reading" ? nearest : nearest.slice(0, 3);
  const cards = shown.map((one, place) => source({ quote: one.text, ...one }, shown, place, "", open));
  return h(
    "section",
    { class: `evidence ${state === "reading" ? "unread" : "nearest"}`, "aria-label": title },
    h("h3", {}, title),
    h("ul", { class: "sources" }, cards),
  );
}

const heading = ({ findings, differ }) =>
  differ ? "Where the articles differ" : findings.length === 1 ? "Who says so" : "What the articles say";

function alsoCited(answer, more, id, open) {
  const cards = more.map((one) =>
    source(one, answer.citations, answer.citations.indexOf(one), `${id}-source-${one.marker}`, open),
  );
  return h(
    "section",
    { class: "finding" },
    h("header", {}, h("h4", {}, answer.findings.length ? "Also cited" : "Cited")),
    h("ul", { class: "sources" }, cards),
  );
}

function found(answer, finding, rank, id, open) {
  const against = answer.differ && rank > 0;
  const cited = finding.citations
    .map((marker) => answer.citations.find((one) => one.marker === marker))
    .filter(Boolean);
  const first = new Set(answer.findings.slice(0, rank).flatMap((one) => one.citations)); // has its id already
  return h(
    "section",
    { class: `finding${against ? " against" : ""}` },
    h(
      "header",
      {},
      h("h4", { dir: "auto", class: finding.value.length > LONG ? "long" : "" }, finding.value),
      h(
        "p",
        { class: "support" },
        pips(finding, answer.findings),
        against ? h("strong", {}, "differs") : "",
        h("span", {}, support(finding, answer.findings)),
      ),
    ),
    h(
      "ul",
      { class: "sources" },
      cited.map((one) =>
        source(
          one,
          answer.citations,
          answer.citations.indexOf(one),
          first.has(one.marker) ? "" : `${id}-source-${one.marker}`,
          open,
          finding.value,
        ),
      ),
    ),
  );
}

/** One filled dot for each article that says so, an empty one for each that does not; none where they would not be counted at a glance. */
function pips(finding, findings) {
  const all = givers(findings);
  if (all < 2 || all > 9) return "";
  return h(
    "span",
    { class: "pips", "aria-hidden": "true" },
    Array.from({ length: all }, (_, place) => h("i", { class: place < finding.article_ids.length ? "on" : "" })),
  );
}

/** A sentence or passage with its byline; a click anywhere on it opens the article there. */
function source(one, all, place, id, open, value = "") {
  const opening = () => open(all, place, control);
  const control = button(
    [
      one.marker ? h("span", { class: "number" }, `[${one.marker}]`) : "",
      h("span", { class: "outlet", dir: "auto" }, outlet(one)),
      one.published ? h("time", { datetime: one.published }, day(one.published)) : "",
      h("span", { class: "unseen" }, ": open the article"),
    ],
    opening,
    { class: "byline" },
  );
  const title = one.publisher ? h("p", { class: "title", dir: "auto" }, one.name || one.title) : "";
  const pick = (event) => !control.contains(event.target) && !String(getSelection()) && opening();
  return h(
    "li",
    { id: id || null, onclick: pick },
    control,
    title,
    h("blockquote", { dir: "auto" }, highlighted(one.quote, value)),
  );
}

/** The quote with the first place that says `value` marked. */
function highlighted(quote, value) {
  const flat = quote.replace(/\s+/g, " ");
  const start = value && value.length <= LONG ? flat.toLowerCase().indexOf(value.toLowerCase()) : -1;
  if (start < 0) return flat;
  return [
    flat.slice(0, start),
    h("mark", {}, flat.slice(start, start + value.length)),
    flat.slice(start + value.length),
  ];
}

/** The cited articles in the order of their days, where there are two days or more; else null. */
export function timeline({ answer }, open) {
  const dated = (answer?.citations ?? [])
    .filter((one) => one.published)
    .sort((one, other) => one.published.localeCompare(other.published));
  if (answer?.abstained || new Set(dated.map((one) => one.published)).size < 2) return null;
  const says = (marker) => answer.findings.find((finding) => finding.citations.includes(marker));
  const entries = dated.map((one, place) => {
    const finding = says(one.marker);
    const against = answer.differ && finding !== answer.findings[0];
    const opener = button(`[${one.marker}]`, () => open(answer.citations, answer.citations.indexOf(one), opener), {
      class: "marker",
      "aria-label": `Source ${one.marker}: open the article`,
    });
    const value =
      answer.findings.length > 1 && finding && finding.value.length <= LONG
        ? h("b", { dir: "auto" }, finding.value)
        : "";
    return [
      place && days(dated[place - 1], one) > 0
        ? h("li", { class: "later" }, `${later(days(dated[place - 1], one))} later`)
        : "",
      h(
        "li",
        { class: against ? "against" : "" },
        h("time", { datetime: one.published }, day(one.published)),
        h("span", {}, value, h("span", { class: "outlet", dir: "auto" }, outlet(one)), opener),
      ),
    ];
  });
  return h(
    "section",
    { class: "timeline", "aria-label": "In the order of their days" },
    h("h3", {}, "In time"),
    h("ol", {}, entries.flat()),
  );
}

const days = (one, other) => Math.round((Date.parse(other.published) - Date.parse(one.published)) / 86_400_000);
const later = (number) =>
  number < 60
    ? count(number, "day")
    : number < 730
      ? count(Math.round(number / 30.44), "month")
      : count(Math.round(number / 365.25), "year");

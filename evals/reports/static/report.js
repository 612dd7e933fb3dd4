
// The list of answers: filtered, sorted, a hundred at a time. Every text becomes a text node and nothing else.
"use strict";
const PAGE = 100;
const data = JSON.parse(document.getElementById("data").textContent);

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== "" && child !== null && child !== undefined && child !== false));
  return element;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const number = (value) => value.toLocaleString("en");
const told = (text) => h("span", { dir: "auto" }, text || "(written without texts)");

/** The text with the first place of each needle marked, whatever its case. */
function marked(text, needles) {
  const low = text.toLowerCase();
  const places = needles
    .filter((one) => one && low.length === text.length)
    .map((one) => [low.indexOf(one.toLowerCase()), one.length])
    .filter(([at]) => at >= 0)
    .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
  const parts = [];
  let done = 0;
  for (const [at, length] of places) {
    if (at < done) continue;
    parts.push(text.slice(done, at), h("mark", {}, text.slice(at, at + length)));
    done = at + length;
  }
  return [...parts, text.slice(done)];
}

function section(title, ...content) {
  const kept = content.flat().filter(Boolean);
  return kept.length ? [h("h3", {}, title), ...kept] : [];
}

const bullets = (items) => items.length && h("ul", {}, items.map((item) => h("li", { dir: "auto" }, item)));

function quoted(where, text, needles, on) {
  const quote = text ? h("blockquote", { class: on ? "on" : "", dir: "auto" }, marked(text, needles)) : "";
  return h("div", {}, h("p", { class: "muted", dir: "auto" }, where), quote);
}

function wide(label, head, rows) {
  const cells = (row, tag) => h("tr", {}, row.map((cell, i) => h(i ? tag : "th", { scope: tag === "th" ? "col" : i ? undefined : "row" }, String(cell))));
  return h("div", { class: "wide", tabindex: "0", role: "group", "aria-label": label },
    h("table", {}, h("thead", {}, cells(head, "th")), h("tbody", {}, rows.map((row) => cells(row, "td")))));
}

function expected(one) {
  const none = one.answerable ? "The gold file names the evidence only." : "No answer: the articles do not say.";
  const golds = one.gold.length ? one.gold.map((gold) => gold || "(written without texts)") : [none];
  const history = one.history.map(([role, said]) => `${role}: ${said}`);
  return h("div", {},
    section("Said before", bullets(history)),
    section("Gold answers", bullets(golds)),
    section("Known to be false", bullets(one.wrong.filter(Boolean))),
    section("Gold evidence", one.evidence.map(([article, quote]) => quoted(data.articles[article], quote, one.gold, true))),
  );
}

const ON_EVIDENCE = new Map([[true, "on the gold evidence"], [false, "not on the gold evidence"], [null, ""]]);
const HOLDS_GOLD = new Map([[true, ", holds a gold answer"], [false, ", holds no gold answer"], [null, ""]]);

function cited([marker, article, start, end, quote, title, on], needles) {
  const notes = [`[${marker}] ${title || data.articles[article]}`, `${number(start)}–${number(end)}`, ON_EVIDENCE.get(on)];
  return quoted(notes.filter(Boolean).join(" · "), quote, needles, on === true);
}

function found([value, confidence, articles, holdsGold]) {
  const support = `${articles} article${articles === 1 ? "" : "s"}`;
  return `${value || "(written without texts)"}: ${percent(confidence)}, ${support}${HOLDS_GOLD.get(holdsGold)}`;
}

function given(one) {
  const answer = one.answer;
  if (!answer) return h("div", {}, section("Error", h("p", {}, told(one.error))));
  const asked = answer.standalone_question && answer.standalone_question !== one.question;
  const prose = answer.sentences ? `${answer.supported} of ${answer.sentences} sentences of the language model are borne out.` : "";
  return h("div", {},
    section(answer.abstained ? "Withheld" : "Answer", h("p", {}, told(answer.answer))),
    section("Short answer", answer.short_answer && h("p", {}, told(answer.short_answer))),
    section("Read as", asked && h("p", {}, told(answer.standalone_question))),
    section("Scope", answer.scope && h("p", {}, told(answer.scope))),
    section("Notice", answer.notice && h("p", {}, told(answer.notice)), prose && h("p", {}, prose)),
    section("Findings", bullets(answer.findings.map(found))),
    section("Cited", answer.citations.map((each) => cited(each, one.gold))),
  );
}

function retrieved(one) {
  if (!one.answer || !one.answer.passages.length) return "";
  const sources = new Set(one.evidence.map(([article]) => article));
  const rows = one.answer.passages.map(([article, start, end, score], i) => {
    return [i + 1, score.toFixed(3), `${number(start)}–${number(end)}`, sources.has(article) ? "yes" : "", data.articles[article]];
  });
  const head = ["rank", "score", "characters", "gold article", "article"];
  return h("details", {}, h("summary", {}, `Passages (${rows.length})`), wide("Passages", head, rows));
}

function scored(one) {
  const rows = data.scores.map((name, i) => [name, one.scores[i]]).filter(([, value]) => value !== null)
    .map(([name, value]) => [name, percent(value)]);
  const steps = Object.entries(one.answer ? one.answer.seconds : {}).map(([step, seconds]) => [`${step}, s`, seconds.toFixed(3)]);
  return h("details", {}, h("summary", {}, "Scores"),
    wide("Scores", ["score", "value"], [...rows, ["whole question, s", one.seconds.toFixed(3)], ...steps]));
}

function tone(one) {
  if (one.outcome === "right" || one.outcome === "rightly withheld") return one.error_class ? "doubtful" : "good";
  return one.outcome === "withheld" || one.outcome === "unscored" ? "doubtful" : "bad";
}

function card(one) {
  const details = h("details", {},
    h("summary", {},
      h("span", { class: "badges" },
        h("span", { class: `badge ${tone(one)}` }, one.outcome),
        one.error_class && h("span", {}, one.error_class),
        h("span", {}, one.kind),
        one.answer && h("span", {}, `confidence ${percent(one.answer.confidence)}`),
        h("span", {}, one.id)),
      h("span", { class: "asked", dir: "auto" }, one.question || one.id)));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      details.append(h("div", { class: "body" }, h("div", { class: "sides" }, expected(one), given(one)), retrieved(one), scored(one)));
    }
  });
  return h("li", {}, details);
}

const words = (one) =>
  [one.id, one.question, one.error, ...one.gold, ...one.evidence.map(([, quote]) => quote), ...(one.answer
    ? [one.answer.answer, one.answer.short_answer, ...one.answer.citations.map(([, , , , quote]) => quote)] : [])].join("\n").toLowerCase();

const SORTS = {
  "worst first": (a, b) => a.rank - b.rank,
  "as in the gold file": (a, b) => a.place - b.place,
  "slowest first": (a, b) => b.seconds - a.seconds || a.rank - b.rank,
};

function list(root) {
  const answers = data.answers.map((one, rank) => ({ ...one, rank, words: words(one) }));
  const different = (name) => [...new Set(answers.map((one) => one[name]).filter(Boolean))].sort();
  const changed = () => show(PAGE);
  const choice = (label, options, all) => {
    const select = h("select", { onchange: changed }, all && h("option", { value: "" }, all), options.map((one) => h("option", { value: one }, one)));
    return [select, h("label", {}, label, select)];
  };
  const search = h("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: changed });
  const [kind, kindLabel] = choice("Kind", different("kind"), "all");
  const [outcome, outcomeLabel] = choice("Outcome", different("outcome"), "all");
  const [error, errorLabel] = choice("Error", [...different("error_class"), "none"], "all");
  const [order, orderLabel] = choice("Order", Object.keys(SORTS));
  const count = h("p", { class: "count muted", role: "status" });
  const shown = h("ol", { class: "answers" });
  const more = h("button", { type: "button", class: "more", onclick: () => show(shown.childElementCount + PAGE) });

  function chosen() {
    const sought = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return answers
      .filter((one) => (!kind.value || one.kind === kind.value) && (!outcome.value || one.outcome === outcome.value))
      .filter((one) => !error.value || (one.error_class || "none") === error.value)
      .filter((one) => sought.every((word) => one.words.includes(word)))
      .sort(SORTS[order.value]);
  }

  function show(limit) {
    const found = chosen();
    const from = limit > PAGE ? shown.childElementCount : 0;
    if (!from) shown.replaceChildren();
    shown.append(...found.slice(from, limit).map(card));
    if (from) shown.children[from]?.querySelector("summary").focus();
    count.textContent = `${number(found.length)} of ${number(answers.length)} questions`;
    more.hidden = found.length <= limit;
    more.textContent = `Show ${number(Math.min(PAGE, found.length - limit))} more`;
  }

  const filters = h("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
    h("label", {}, "Search the texts", search), kindLabel, outcomeLabel, errorLabel, orderLabel);
  root.append(filters, count, shown, more);
  show(PAGE);
}

list(document.getElementById("list"));

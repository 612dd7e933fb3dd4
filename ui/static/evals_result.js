// One result: what it was made with, its numbers by kind, its plots, what went wrong, and the way to its answers and to
// an earlier run.

import { button, count, h } from "./dom.js";
import { casesView } from "./evals_cases.js";
import { differenceView } from "./evals_diff.js";
import { asked, drawn, share, table, when } from "./evals_parts.js";

/** The view. `act` has article(all, place, from) and say(line). */
export function resultView(act) {
  const element = h("section", { class: "trial", "aria-labelledby": "trial-title" });
  let runs = [];
  let editable = false;
  let wanted = null; // the result asked for last: what comes of an earlier one comes too late
  let compare = null; // the choice of an earlier run, while a result is shown

  /** What there is; `about` is what evals_about gives. */
  function offer(about) {
    runs = about.runs.filter(({ error }) => !error);
    editable = about.editable;
    compare?.offer(runs);
    if (!wanted && !runs.length) element.replaceChildren(...empty());
  }

  function empty() {
    const how = editable
      ? "Choose a gold set and run it: every question is asked of your articles, and the answers are scored."
      : "When gold questions have been asked on the machine that Byline runs on, the scores are shown here.";
    return [h("h2", { id: "trial-title", tabindex: -1 }, "No results yet"), h("p", { class: "lead" }, how)];
  }

  async function show(name) {
    const mine = (wanted = { name });
    element.setAttribute("aria-busy", "true");
    const run = await asked("result", name);
    if (wanted !== mine) return;
    element.removeAttribute("aria-busy");
    if (run.error) {
      wanted = { name: "" };
      act.say(run.error);
      return;
    }
    act.say("");
    compare = differenceView(run, act);
    compare.offer(runs);
    const cases = casesView(run, act);
    element.replaceChildren(
      heading(run, act),
      headline(run.table),
      compare.element,
      h("section", { class: "part" }, h("h3", {}, "By kind"), byKind(run.table), everything(run)),
      h("section", { class: "part" }, h("h3", {}, "Plots"), h("div", { class: "plots" }, run.plots.map(figure))),
      errors(run, cases.choose),
      cases.element,
    );
    await cases.look(0);
  }

  return { element, offer, show, shows: (name) => wanted?.name === name, focus: () => element.querySelector("h2")?.focus() };
}

function heading(run, act) {
  const questions = count(
    run.outcomes.reduce((sum, [, n]) => sum + n, 0),
    "question",
  );
  return h(
    "header",
    { class: "trial-head" },
    h(
      "div",
      {},
      h("h2", { id: "trial-title", tabindex: -1, dir: "auto" }, run.gold),
      h("p", { class: "hint" }, `${when(run.started)} · ${questions}`),
    ),
    button("Save the report", () => save(run.name, act), { class: "plain" }),
    h(
      "details",
      { class: "made" },
      h("summary", {}, "What it was made with"),
      h(
        "ul",
        {},
        run.facts.map((fact) => h("li", { dir: "auto" }, fact)),
      ),
    ),
  );
}

/** Save the result as a page that needs nothing else. */
async function save(name, act) {
  const made = await asked("page", name);
  if (made.error) {
    act.say(made.error);
    return;
  }
  const address = URL.createObjectURL(new Blob([made.html], { type: "text/html" }));
  h("a", { href: address, download: made.file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const HEADLINE = {
  contains: "of the questions with a gold answer are answered rightly",
  "cite P": "of the citations stand on the gold evidence",
  "abstain R": "of the unanswerable questions are left unanswered",
  "ECE ↓": "is how far confidence is from the share that is right",
};

/** The numbers of all questions that say most, in words. */
function headline({ columns, rows }) {
  const told = columns
    .map((name, place) => [name, rows[0].cells[place]])
    .filter(([name, cell]) => HEADLINE[name] && cell);
  return h(
    "dl",
    { class: "headline" },
    told.map(([name, cell]) =>
      h(
        "div",
        {},
        h("dt", {}, HEADLINE[name]),
        h("dd", {}, h("strong", {}, share(cell.value)), h("span", { class: "hint" }, interval(cell))),
      ),
    ),
  );
}

const interval = ({ low, high }) =>
  low === null || high === null ? "" : `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;

function byKind({ columns, rows }) {
  const cell = (one) => (one ? [h("b", {}, (100 * one.value).toFixed(1)), h("small", {}, interval(one))] : "–");
  return table(
    "Scores by kind, per cent",
    ["kind", "n", ...columns],
    rows.map(({ kind, n, cells }) => [
      kind === "all" ? "all questions" : kind,
      n.toLocaleString("en"),
      ...cells.map(cell),
    ]),
  );
}

function everything(run) {
  return h(
    "details",
    { class: "more" },
    h("summary", {}, "All numbers, and what they mean"),
    run.tables.flatMap(({ title, head, rows }) => [h("h4", {}, title), table(title, head, rows)]),
    h(
      "ul",
      { class: "legend" },
      run.legend.map((line) => h("li", {}, line)),
    ),
  );
}

function figure({ title, says, svg, table: numbers }) {
  return h(
    "figure",
    {},
    h("h4", {}, title),
    drawn(svg),
    h("figcaption", {}, says),
    h("details", { class: "more" }, h("summary", {}, "As a table"), table(numbers.title, numbers.head, numbers.rows)),
  );
}

/** Each class of error with its number: a click lists its answers. */
function errors({ errors: found }, choose) {
  if (!found.length) return "";
  const item = ([name, n, says]) =>
    h(
      "li",
      {},
      button(
        [h("span", { class: "error-name" }, name), h("span", { class: "error-n" }, n.toLocaleString("en"))],
        () => choose(name),
        { class: "error-class" },
      ),
      h("p", { class: "hint" }, says),
    );
  return h(
    "section",
    { class: "part" },
    h("h3", {}, "What went wrong, by rule"),
    h("ul", { class: "errors" }, found.map(item)),
  );
}

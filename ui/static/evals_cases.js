// The answers of a result beside their gold, worst first, a page at a time: by kind, and by outcome or class of error.

import { announce, button, count, h, marked, percent } from "./dom.js";
import { asked } from "./evals_parts.js";

/** The list. `act` has article(all, place, from). */
export function casesView(run, act) {
  const kind = choice(run.kinds, "Every kind");
  const fate = h(
    "select",
    {},
    h("option", { value: "" }, "Every outcome"),
    h("optgroup", { label: "Outcome" }, run.outcomes.map(option)),
    run.errors.length ? h("optgroup", { label: "Class of error" }, run.errors.map(option)) : "",
  );
  const summary = h("p", { class: "summary", tabindex: -1 });
  const list = h("ol", { class: "cases" });
  const pages = h("nav", { class: "pages", "aria-label": "Pages of the answers", hidden: true });
  const form = h(
    "form",
    { class: "look", onsubmit: (event) => event.preventDefault() },
    h("label", {}, h("span", {}, "Kind"), kind),
    h("label", {}, h("span", {}, "Outcome"), fate),
  );
  const element = h(
    "section",
    { class: "part answers", "aria-labelledby": "trial-answers" },
    h("h3", { id: "trial-answers" }, "Answers, worst first"),
    form,
    summary,
    list,
    pages,
  );
  let newest = 0; // number of the latest request: an earlier answer that comes late is dropped

  async function look(page) {
    const mine = (newest += 1);
    const found = await asked("answers", run.name, kind.value, fate.value, page);
    if (mine !== newest) return;
    if (found.error) {
      summary.textContent = found.error;
      return;
    }
    const all = run.outcomes.reduce((sum, [, n]) => sum + n, 0);
    summary.textContent =
      found.total === all
        ? `${count(all, "answer")}.`
        : `${found.total.toLocaleString("en")} of ${count(all, "answer")}.`;
    list.replaceChildren(...found.cases.map((one) => caseElement(one, run, act)));
    turn(found);
  }

  function turn(found) {
    pages.hidden = found.pages < 2;
    const to = (label, number) =>
      button(
        label,
        async () => {
          await look(number);
          announce(summary.textContent);
          summary.focus({ preventScroll: true });
          element.scrollIntoView({ block: "start" });
        },
        { class: "plain", disabled: number < 0 || number >= found.pages },
      );
    pages.replaceChildren(
      to("Previous", found.page - 1),
      h("span", {}, `${(found.page + 1).toLocaleString("en")} of ${found.pages.toLocaleString("en")}`),
      to("Next", found.page + 1),
    );
  }

  async function chosen() {
    await look(0);
    announce(summary.textContent);
  }
  kind.addEventListener("change", chosen);
  fate.addEventListener("change", chosen);

  /** List the answers of a class of error, of every kind. */
  async function choose(name) {
    kind.value = "";
    fate.value = name;
    await chosen();
    summary.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start" });
  }

  return { element, look, choose };
}

const option = ([name, n]) => h("option", { value: name }, `${name} (${n.toLocaleString("en")})`);
const choice = (counted, every) => h("select", {}, h("option", { value: "" }, every), counted.map(option));

function caseElement(one, run, act) {
  const { given } = one;
  const sure = given ? `${given.abstained ? "withheld at" : "confidence"} ${percent(given.confidence)}` : "";
  return h(
    "li",
    { class: one.good ? "case good" : "case" },
    h(
      "div",
      { class: "case-head" },
      h("span", { class: "badge" }, one.outcome),
      one.error_class && one.error_class !== one.outcome ? h("span", { class: "class" }, one.error_class) : "",
      h(
        "span",
        { class: "hint", dir: "auto" },
        [one.kind, one.id, sure, `${one.seconds.toFixed(2)} s`].filter(Boolean).join(" · "),
      ),
    ),
    one.history.length
      ? h(
          "details",
          { class: "more" },
          h("summary", {}, `After ${count(one.history.length, "message")}`),
          h(
            "ul",
            { class: "history" },
            one.history.map((turn) =>
              h("li", { dir: "auto" }, h("b", {}, turn.role === "user" ? "Asked: " : "Answered: "), turn.content),
            ),
          ),
        )
      : "",
    h("h4", { dir: "auto" }, one.question || (run.texts ? "" : "(this result was kept without texts)")),
    given && given.standalone_question && given.standalone_question !== one.question
      ? h("p", { class: "hint", dir: "auto" }, `Read as: ${given.standalone_question}`)
      : "",
    one.rule ? h("p", { class: "rule" }, one.rule) : "",
    h("div", { class: "sides" }, expected(one, act), answered(one, act)),
  );
}

function expected(one, act) {
  const wrong = one.wrong.length
    ? h("p", { class: "hint", dir: "auto" }, `Known to be wrong: ${one.wrong.join(" · ")}`)
    : "";
  return h(
    "div",
    { class: "side" },
    h("h5", {}, "Expected"),
    one.gold.length
      ? h(
          "ul",
          { class: "golds" },
          one.gold.map((answer) => h("li", { dir: "auto" }, answer)),
        )
      : h(
          "p",
          { class: "no-answer" },
          one.answerable ? "The gold file names the evidence only." : "No answer: the articles do not say.",
        ),
    wrong,
    quotes(
      one.evidence,
      one.evidence.map(({ quote }) => (quote ? "" : "somewhere in this article")),
      act,
    ),
  );
}

function answered(one, act) {
  const { given } = one;
  if (!given)
    return h(
      "div",
      { class: "side" },
      h("h5", {}, "Answered"),
      h("p", { class: "trials-error", dir: "auto" }, one.error),
    );
  const others = given.findings.slice(1);
  const short =
    given.short_answer &&
    !given.answer
      .replace(/ ?\[\d+\]/g, "")
      .trim()
      .startsWith(given.short_answer)
      ? h("p", { class: "short-answer", dir: "auto" }, given.short_answer)
      : "";
  const body = given.abstained
    ? [
        h("p", { class: "no-answer" }, "No answer was given."),
        given.citations.length ? h("p", { class: "hint" }, "The nearest sentences:") : "",
      ]
    : [
        short,
        h("p", { class: "given", dir: "auto" }, words(given.answer)),
        others.length
          ? h("p", { class: "hint", dir: "auto" }, `Other findings: ${others.map(({ value }) => value).join(" · ")}`)
          : "",
      ];
  return h(
    "div",
    { class: "side" },
    h("h5", {}, "Answered"),
    body,
    [given.scope, given.notice].filter(Boolean).map((line) => h("p", { class: "hint", dir: "auto" }, line)),
    quotes(given.citations, given.citations.map(standing), act),
  );
}

const words = (answer) =>
  marked(answer).map(([part, marker]) => (marker === null ? part : h("span", { class: "marker" }, part)));

/** How a citation stands to the gold, as far as the gold file tells. */
function standing({ on_evidence: on, holds_gold: holds }) {
  if (on) return "on the gold evidence";
  if (holds) return "holds a gold answer";
  if (on === false) return "not on the gold evidence";
  return holds === false ? "holds no gold answer" : "";
}

/** The quotes of articles; each opens its article there. */
function quotes(cited, remarks, act) {
  if (!cited.length) return "";
  return h(
    "ul",
    { class: "quotes" },
    cited.map((one, place) => {
      const name = [
        one.marker ? h("span", { class: "marker" }, `[${one.marker}]`) : "",
        h("span", { class: "outlet", dir: "auto" }, one.name),
      ];
      const opener = one.here
        ? button(name, () => act.article(cited, place, opener), { class: "open" })
        : h("span", { class: "gone" }, name);
      const remark = [remarks[place], one.here ? "" : "not in the library now"].filter(Boolean).join(", ");
      return h(
        "li",
        {},
        opener,
        remark ? h("span", { class: "hint" }, remark) : "",
        one.quote ? h("blockquote", { dir: "auto" }, one.quote) : "",
      );
    }),
  );
}

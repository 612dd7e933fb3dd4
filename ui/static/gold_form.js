// The dialog that keeps a question for the evals: what is asked, what is right, where it stands. It begins with what the
// answer says, and all of it can be changed. What may be written, and where, ui/feedback.py decides.

import { button, count, h } from "./dom.js";
import { about } from "./feedback.js";
import { called, field } from "./gold_evidence.js";
import { answersPart, asking, evidencePart, footer, kindPart } from "./gold_parts.js";
import { call } from "./transport.js";

/** The dialog. `open` takes a turn, the messages before it, and a function for the id it is kept under ("": taken back). */
export function goldForm(say) {
  const dialog = h("dialog", { class: "gold", "aria-labelledby": "gold-title" });
  const forms = new WeakMap(); // turn → its form, so that closing it loses nothing
  const kepts = new WeakMap(); // turn → what to call when it is kept
  const close = () => dialog.close();

  function show(element) {
    dialog.replaceChildren(element);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    element.querySelector("h2").focus({ preventScroll: true });
  }

  async function open(turn, history, kept) {
    const { kinds } = await about();
    if (!Object.keys(kinds).length)
      return say("Byline does not answer. Is it still running in its terminal? Start it, then try again.");
    kepts.set(turn, kept);
    if (!forms.has(turn)) forms.set(turn, form(turn, history, kinds, { close, done: (result) => done(turn, result) }));
    show(forms.get(turn).element);
  }

  function done(turn, result) {
    const kept = kepts.get(turn);
    const written = forms.get(turn);
    const back = () => {
      kept("");
      forms.set(turn, written);
      show(written.element);
      written.tell("Taken back: the file is as it was before.");
    };
    kept(result.row.id);
    forms.delete(turn);
    show(receipt(result, close, back));
  }

  return { element: dialog, open };
}

const title = (words) => h("h2", { id: "gold-title", tabindex: -1 }, words);

/** The form of one turn. `act` has close and done(result). */
function form(turn, history, kinds, act) {
  const start = draft(turn, history);
  const question = h("textarea", { rows: 2, dir: "auto", maxlength: 2000 });
  question.value = start.question;
  const way = asking(turn, start.history, question, () => suit());
  const kind = kindPart(kinds, start);
  const answers = answersPart(start.answers);
  const evidence = evidencePart(start.evidence, start.known);
  const none = h(
    "p",
    { class: "hint" },
    "The articles do not answer it, so the row has no answers and no evidence. Is there an answer after all? Choose another kind, write it, and name its article.",
  );
  const asked = h("input", { type: "date" });
  asked.value = start.asked;
  const only = h("input", { type: "checkbox" });
  only.checked = true;
  const foot = footer(act.close, () => save(true));
  let saving = false;

  /** Have the kind suit how it is asked, and the parts suit the kind. */
  function suit() {
    if (way.after() && ["factoid", "paraphrase", "multi_source"].includes(kind.value)) kind.value = "follow_up";
    if (!way.after() && kind.value === "follow_up") kind.value = start.kind;
    fit();
  }

  function fit() {
    const nothing = kind.value === "unanswerable";
    none.hidden = !nothing;
    answers.element.hidden = evidence.element.hidden = nothing;
    if (!nothing) [answers, evidence].forEach((part) => part.begin());
    answers.hint.textContent =
      kind.value === "conflict"
        ? "Each is an answer that some article gives; an answer is right when it tells them all."
        : "Any of them will do. Short forms that a reader would accept.";
  }

  const row = () => ({
    question: question.value,
    kind: kind.value,
    answers: answers.element.hidden ? [] : answers.values(),
    evidence: evidence.element.hidden ? [] : evidence.values(),
    asked: asked.value,
    ...(way.after() && { history: start.history }),
    ...(start.documents.length && only.checked && { documents: start.documents }),
  });

  async function save(again) {
    if (saving) return;
    saving = true;
    foot.tell("Looking it up in the articles …");
    const result = await call("feedback_keep", [row(), again]).catch((error) => ({ error: error.message }));
    saving = false;
    foot.tell("");
    if (result.error) foot.refuse(`Not kept: ${result.error}`);
    else if (result.unproven) {
      foot.refuse(
        `Not kept: ${count(result.unproven.length, "piece")} of evidence ${result.unproven.length === 1 ? "does" : "do"} not hold.`,
      );
      evidence.refuse(result.unproven);
    } else if (result.same) foot.offer(`This question is kept already, as ${result.same.join(", ")}.`);
    else act.done(result);
  }

  const submit = (event) => {
    event.preventDefault();
    save(false);
  };
  const keys = (event) => event.key === "Enter" && event.target.matches("input") && event.preventDefault(); // no half-made row
  kind.select.addEventListener("change", fit);
  fit();
  const limited = start.documents.length
    ? h(
        "label",
        { class: "tick" },
        only,
        h("span", {}, `Ask it of the ${count(start.documents.length, "chosen article")} only, as it was asked here`),
      )
    : "";
  const parts = [
    way.element,
    field("Question", question),
    kind.element,
    none,
    answers.element,
    evidence.element,
    field(
      "Asked on",
      asked,
      "The day from which “last week” counts, and whose news counts for more. Empty it where the day does not matter.",
    ),
    limited,
  ];
  const intro = h(
    "p",
    { class: "hint" },
    "One row for the evals: what is asked, what is right, and where it stands. Change whatever is wrong.",
  );
  return {
    element: h(
      "form",
      { class: "gold-form", novalidate: true, onsubmit: submit, onkeydown: keys },
      h("header", {}, title("Keep as gold question"), intro),
      h("div", { class: "parts" }, parts),
      foot.element,
    ),
    tell: foot.tell,
  };
}

/** What the form begins with. */
function draft({ question, answer, asked, filters }, history) {
  const reread = answer.standalone_question.trim() !== question.trim();
  const told = answer.differ ? answer.findings : answer.findings.slice(0, 1);
  const markers = new Set(told.flatMap((finding) => finding.citations));
  const cited = answer.abstained ? [] : answer.citations.filter((one) => !markers.size || markers.has(one.marker));
  const several = told.length > 0 && told[0].article_ids.length > 1;
  const seen = [...answer.citations, ...answer.passages.filter((one) => "name" in one)];
  return {
    question: answer.standalone_question.trim() || question,
    history: reread ? history : [],
    kind: answer.abstained ? "unanswerable" : answer.differ ? "conflict" : several ? "multi_source" : "factoid",
    answers: answer.differ ? told.map(({ value }) => value) : [answer.short_answer].filter(Boolean),
    evidence: cited.map((one) => ({ source: one.article_id, quote: one.quote })),
    known: new Map(seen.map((one) => [one.article_id, called(one) || one.article_id])),
    asked: dayOf(asked),
    documents: filters?.article_ids ?? [],
  };
}

/** The visitor's own day of a moment, YYYY-MM-DD; "" of what is none. */
function dayOf(moment) {
  const at = new Date(moment);
  if (Number.isNaN(at.valueOf())) return "";
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What was kept and where, with the way to take it back. */
function receipt({ row, file, rows, command }, close, back) {
  const problem = h("p", { class: "refused", role: "alert", hidden: true });
  const refuse = (words) => {
    problem.textContent = words;
    problem.hidden = false;
  };
  const undo = async () => {
    const { taken, error } = await call("feedback_take_back", [row]).catch((failed) => ({ error: failed.message }));
    if (taken) back();
    else
      refuse(
        error ? `Not taken back: ${error}` : "It is no longer in the file as it was written; nothing was taken out.",
      );
  };
  const words = command.split(/( --[a-z]+)/).map((part, at) => (at % 2 ? h("span", { class: "option" }, part) : part)); // never parted at its dashes
  return h(
    "div",
    { class: "gold-form receipt" },
    h(
      "header",
      {},
      title("Kept as a gold question"),
      h(
        "p",
        {},
        "As ",
        h("b", {}, row.id),
        ` in `,
        h("code", {}, file),
        `, which holds ${count(rows, "question")} now.`,
      ),
    ),
    h(
      "div",
      { class: "parts" },
      h("p", {}, "Have the answers scored on the page Evals (“Kept from chats”), or in a terminal:"),
      h("p", {}, h("code", {}, words)),
      h(
        "details",
        {},
        h("summary", {}, "The row as it was written"),
        h("p", { class: "row-text" }, h("code", { dir: "auto" }, JSON.stringify(row, null, 2))),
      ),
    ),
    h(
      "div",
      { class: "foot" },
      problem,
      h(
        "div",
        { class: "buttons" },
        button("Done", close, { class: "primary" }),
        button("Take it back", undo, { class: "quiet" }),
      ),
    ),
  );
}

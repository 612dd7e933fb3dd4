// The parts of the form that keeps a question for the evals: how it is asked, its kind, its answers, its evidence, the foot.
// Each gives its element and what is in it. Knows nothing of where it is sent.

import { button, count, h } from "./dom.js";
import { field, piece } from "./gold_evidence.js";

/** Parts of the form that belong together, under a heading that names them. */
const group = (words, attributes, ...parts) =>
  h("div", { class: "gold-group", role: "group", "aria-label": words, ...attributes }, h("h3", {}, words), ...parts);

/** How a follow-up is kept: as it was read, or as it was asked and after what came before. */
export function asking(turn, history, question, changed) {
  if (!history.length) return { element: "", after: () => false };
  const choice = (words, text, checked) => {
    const box = h("input", { type: "radio", name: "gold-way", checked });
    box.addEventListener("change", () => {
      question.value = text;
      changed();
    });
    return [box, h("label", { class: "tick" }, box, h("span", {}, `${words}: `, h("q", { dir: "auto" }, text)))];
  };
  const [, alone] = choice("On its own, as it was read", turn.answer.standalone_question, true);
  const [after, later] = choice(
    `As a follow-up, after the ${count(history.length, "message")} before it`,
    turn.question,
    false,
  );
  const said = history.map(({ role, content }) =>
    h("li", { dir: "auto" }, h("b", {}, role === "user" ? "Question: " : "Answer: "), content),
  );
  const before = h("details", {}, h("summary", {}, "The messages before it"), h("ul", {}, said));
  return { element: group("Keep it", { role: "radiogroup" }, alone, later, before), after: () => after.checked };
}

/** The kinds to choose from; `kinds` is name → what it means. A follow-up is one where something came before. */
export function kindPart(kinds, start) {
  const offered = Object.entries(kinds).filter(([name]) => name !== "follow_up" || start.history.length);
  const select = h(
    "select",
    {},
    offered.map(([name, means]) => h("option", { value: name }, `${name}: ${means}`)),
  );
  select.value = start.kind;
  return {
    element: field("Kind", select),
    select,
    get value() {
      return select.value;
    },
    set value(name) {
      select.value = name;
    },
  };
}

/** The answers, a line each. `begin` makes sure that there is one to write in. */
export function answersPart(values) {
  const list = h("ul", { class: "answers" });
  const hint = h("p", { class: "hint" });
  const add = (value = "") => {
    const box = h("input", { type: "text", maxlength: 1000, autocomplete: "off", dir: "auto", "aria-label": "Answer" });
    box.value = value;
    const entry = h(
      "li",
      {},
      box,
      button("×", () => (entry.remove(), more.focus()), { class: "quiet", "aria-label": "Remove this answer" }),
    );
    list.append(entry);
    return box;
  };
  const more = button("Add an answer", () => add().focus(), { class: "quiet" });
  values.forEach((value) => add(value));
  const begin = () => list.children.length || add();
  return {
    element: group("Right answers", {}, hint, list, more),
    hint,
    begin,
    values: () => [...list.querySelectorAll("input")].map((box) => box.value),
  };
}

/** The evidence, a piece each. `values` are those to send; `refuse` marks the ones of them that do not hold. */
export function evidencePart(start, known) {
  const list = h("ul", { class: "pieces" });
  let pieces = [];
  let sent = []; // those that were sent last, in their order
  const add = (one = { source: "", quote: "" }) => {
    const made = piece(one, known, () => {
      pieces = pieces.filter((other) => other !== made);
      more.focus();
    });
    pieces.push(made);
    list.append(made.element);
    return made;
  };
  const more = button("Add evidence", () => add().focus(), { class: "quiet" });
  start.forEach((one) => add(one));
  function values() {
    sent = pieces.filter((one) => !one.isEmpty());
    return sent.map((one) => one.value());
  }
  function refuse(unproven) {
    for (const one of unproven) sent[one.place].refuse(one);
    sent[unproven[0].place].focus();
  }
  const begin = () => pieces.length || add();
  return {
    element: group(
      "Evidence",
      {},
      h(
        "p",
        { class: "hint" },
        "Where the articles say so: each article, and its sentence, exactly as it stands there.",
      ),
      list,
      more,
    ),
    begin,
    values,
    refuse,
  };
}

/** The buttons, and what there is to say beside them. */
export function footer(close, again) {
  const problem = h("p", { class: "refused", role: "alert", hidden: true });
  const line = h("p", { class: "hint", role: "status" });
  const element = h(
    "div",
    { class: "foot" },
    problem,
    line,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "submit", class: "primary" }, "Keep"),
      button("Cancel", close, { class: "quiet" }),
    ),
  );
  const refuse = (words, more = "") => {
    problem.replaceChildren(words, more);
    problem.hidden = !words;
  };
  const tell = (words) => {
    refuse("");
    line.textContent = words;
  };
  return {
    element,
    tell,
    refuse,
    offer: (words) => refuse(`${words} `, button("Keep this one too", again, { class: "plain" })),
  };
}

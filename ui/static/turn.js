// One turn: the question, how it was read, the answer with its markers, how sure it is, and what can be done with it.
// Knows nothing of storage or the server: `act` does what the buttons say.

import { button, count, h, marked, outlet, percent } from "./dom.js";
import { evidence, summary, timeline } from "./evidence.js";
import { feedback } from "./feedback.js";
import { chips } from "./filters.js";

/**
 * The element of turn number `place` (from 0). `act` has ask, correct, literally, retry, edit, copy and open, and what
 * feedback.js needs.
 */
export function turnElement(turn, place, act) {
  const id = `turn-${place + 1}`;
  const reading = turn.state === "reading";
  const open = (all, which, opener) => act.open(all, which, opener);
  return h(
    "article",
    { class: "turn", id, "aria-busy": String(reading), "aria-labelledby": `${id}-question` },
    h(
      "div",
      { class: "said" },
      question(turn, id),
      readAs(turn, place, act),
      scope(turn),
      said(turn, id, open, act),
      facts(turn),
      actions(turn, place, act),
      feedback(turn, place, act),
    ),
    evidence(turn, id, open),
    timeline(turn, open),
  );
}

const question = (turn, id) =>
  h("h2", { class: "question", id: `${id}-question`, dir: "auto" }, turn.question.trim() || "(no question)");

const differs = ({ question: asked, answer }) => answer && answer.standalone_question.trim() !== asked.trim();

function readAs(turn, place, act) {
  if (!differs(turn)) return "";
  const ways =
    turn.state === "reading"
      ? []
      : [
          button("Correct", () => act.correct(place), { "aria-label": "Correct how the question was read" }),
          button("Take it literally", () => act.literally(place), {
            "aria-label": "Take it literally: ask the question as it is written",
          }),
        ];
  return h(
    "p",
    { class: "read-as" },
    "Read as: ",
    h("q", { dir: "auto" }, turn.answer.standalone_question),
    h("span", { class: "ways" }, ways),
  );
}

function scope({ answer, filters }) {
  const limits = chips(filters).map(({ words }) => words);
  const told = [
    answer?.scope ? h("p", { class: "scope", dir: "auto" }, answer.scope) : "",
    limits.length ? h("p", { class: "scope" }, `Asked only of: ${limits.join(", ")}`) : "",
  ];
  return told.filter(Boolean);
}

function said(turn, id, open, act) {
  const { answer, error, state } = turn;
  if (error)
    return h(
      "p",
      { class: "error", role: "alert" },
      h("strong", {}, "No answer. "),
      error[0].toUpperCase() + error.slice(1),
    );
  if (state === "stopped" && !answer?.answer)
    return h("p", { class: "stopped" }, "Stopped before there was an answer.");
  if (!answer?.answer) {
    const what = answer
      ? `Reading ${count(answer.passages.length, "passage")} of ${count(answer.articles_read, "article")} …`
      : "Looking through the articles …";
    return h("p", { class: "progress" }, what);
  }
  const cited = new Map(answer.citations.map((one, which) => [one.marker, [one, which]]));
  const parts = marked(answer.answer).map(([text, marker]) =>
    cited.has(marker) ? markerLink(...cited.get(marker), answer, id, open) : text,
  );
  return [
    answer.notice ? h("p", { class: "scope", dir: "auto" }, answer.notice) : "",
    h("p", { class: `answer${answer.abstained ? " abstained" : ""}`, dir: "auto" }, parts),
    answer.why ? h("p", { class: "why" }, answer.why) : "",
    state === "reading" ? h("p", { class: "progress" }, "Writing …") : "",
    state === "stopped" ? h("p", { class: "stopped" }, "Stopped here.") : "",
  ];
}

/** `[n]` as a link to its sentence beside the answer; a click opens the article there. */
function markerLink(one, which, answer, id, open) {
  const opening = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(answer.citations, which, event.currentTarget);
  };
  return h(
    "a",
    {
      class: "marker",
      href: `#${id}-source-${one.marker}`,
      onclick: opening,
      "aria-label": `Source ${one.marker}: open ${outlet(one)}`,
    },
    `[${one.marker}]`,
  );
}

const MEANING =
  "The probability that the short answer is right, learned from questions with known answers. On news unlike those it is surer than it should be: read the sentences.";

function facts({ answer, state, model: name }) {
  if (state !== "done" || !answer || answer.abstained) return "";
  const { confidence, confidence_words: words, sentences = [] } = answer;
  const borne = sentences.filter(({ supported }) => supported).length;
  const model = `Written by ${name || "a language model"}: the articles bear out ${borne} of ${count(sentences.length, "sentence")}.`;
  const gauge = h("span", { class: "gauge", "aria-hidden": "true" }, h("i", {}));
  gauge.firstChild.style.inlineSize = `${Math.round(confidence * 100)}%`;
  const seconds = Math.max(0.01, answer.seconds.total)
    .toPrecision(2)
    .replace(/\.?0+$/, "");
  return h(
    "div",
    { class: "facts" },
    summary(answer) ? h("p", { class: "summary", dir: "auto" }, summary(answer)) : "",
    answer.mode === "generated" ? h("p", { class: "model" }, model) : "",
    answer.findings.length > 0 &&
      h(
        "details",
        { class: "confidence" },
        h("summary", {}, gauge, `${words[0].toUpperCase()}${words.slice(1)} (${percent(confidence)})`),
        h("p", {}, MEANING),
        h(
          "p",
          {},
          `${count(answer.passages.length, "passage")} of ${count(answer.articles_read, "article")} read in ${seconds} s.`,
        ),
      ),
  );
}

function actions(turn, place, act) {
  if (turn.state === "reading") return "";
  const whole = turn.state === "done" && turn.answer;
  return h(
    "div",
    { class: "actions" },
    whole ? button("Copy answer", (event) => act.copy(place, event.currentTarget)) : "",
    button(whole ? "Ask again" : "Try again", () => act.retry(place)),
    button("Edit question", () => act.edit(place)),
  );
}

/** A form in the place of the question, with `text` to change; `done` gets the new text, or null when it is left. */
export function questionForm(text, label, done) {
  const box = h("textarea", { rows: 2, "aria-label": label, dir: "auto", maxlength: 2000 });
  box.value = text;
  const submit = (event) => {
    event.preventDefault();
    done(box.value);
  };
  const keys = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    if (event.key !== "Escape") return;
    event.stopPropagation();
    done(null);
  };
  box.addEventListener("keydown", keys);
  return h(
    "form",
    { class: "correction", onsubmit: submit },
    h("p", {}, label),
    box,
    h(
      "div",
      {},
      h("button", { type: "submit", class: "primary" }, "Ask"),
      button("Cancel", () => done(null)),
    ),
  );
}

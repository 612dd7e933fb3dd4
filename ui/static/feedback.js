// Under a finished answer: a verdict on it, with a reason for those who have one, and the way to keep it as a gold
// question. What was said stays with the turn, in this browser; the server writes it down and gives nothing back.

import { button, h } from "./dom.js";
import { token } from "./library_add.js";
import { call } from "./transport.js";

const THANKS = "Noted, with the question and the answer, without a name or an address.";

let asked = null;
let known = { reasons: {}, gold: true, kinds: {} }; // as long as nothing is heard

/** What the server takes: `reasons`, whether `gold` questions can be kept here, their `kinds`. Asked once. */
export const about = () =>
  (asked ??= call("feedback_about", []).then(
    (found) => (known = found),
    () => {
      asked = null; // the next time it is asked again
      return known;
    },
  ));
about();

let sending = Promise.resolve(); // one vote after the other, so that the last that was given counts
const drafts = new WeakMap(); // turn → what is typed and not sent yet, which outlives a redrawing

const THUMBS = { up: "Good answer", down: "Poor answer" };
const NOTHING = { id: "", vote: "", reason: "", comment: "", gold: "" };

/** The element of a turn, or "". `act` has `keeper()`, a function that stores the conversation, and `gold`. */
export function feedback(turn, place, act) {
  if (turn.state !== "done" || !turn.answer) return "";
  const keep = act.keeper();
  const said = () => turn.feedback ?? NOTHING;
  const line = h("p", { class: "noted", role: "status" });
  const problem = h("div", {});
  const reasons = h("div", { class: "reasons", hidden: true });
  const thumbs = Object.keys(THUMBS).map((vote) => thumb(vote, () => give(said().vote === vote ? "" : vote)));
  const gold = button("Keep as gold question", () => act.gold(place, (id) => set({ ...said(), gold: id })), {
    class: "gold-button",
  });
  const kept = h("span", { class: "kept" });

  /** Show, store and send a vote; where it cannot be sent, go back to what was said before. */
  function give(vote, reason = "", comment = "") {
    const before = said();
    const now = { ...before, id: before.id || token(), vote, reason, comment };
    const sent = vote
      ? { id: now.id, vote, reason, comment, filters: turn.filters ?? {}, model: turn.model ?? "", answer: turn.answer }
      : { id: now.id, vote };
    line.textContent = "";
    problem.replaceChildren();
    set(now);
    sending = sending.then(async () => {
      const { error } = await call("feedback_vote", [sent]).catch((failed) => ({ error: failed.message }));
      if (said() !== now) return; // something else has been said since
      if (!error) line.textContent = vote ? THANKS : "Taken back.";
      else set(before);
      if (error) problem.replaceChildren(h("p", { class: "refused", role: "alert" }, `Not noted: ${error}`));
    });
  }

  function set(now) {
    turn.feedback = now;
    keep();
    draw();
  }

  function draw() {
    const { vote, reason, gold: id } = said();
    Object.keys(THUMBS).forEach((one, at) => thumbs[at].setAttribute("aria-pressed", String(vote === one)));
    gold.hidden = !known.gold || Boolean(id);
    kept.textContent = id ? `Kept as ${id}` : "";
    if ((reasons.dataset.vote ?? "") !== vote) about().then(() => ask(vote));
    for (const chip of reasons.querySelectorAll(".chip"))
      chip.setAttribute("aria-pressed", String(chip.textContent === reason));
  }

  /** Ask why, once the vote is given: reasons to click, and a line to write. */
  function ask(vote) {
    if (said().vote !== vote) return;
    reasons.dataset.vote = vote;
    reasons.hidden = !vote;
    if (!vote) return reasons.replaceChildren();
    const offered = known.reasons[turn.answer.abstained ? "abstained" : "answered"]?.[vote] ?? [];
    const { reason, comment } = said();
    const chips = offered.map((one) =>
      button(one, () => give(vote, said().reason === one ? "" : one, said().comment), {
        class: "chip",
        "aria-pressed": String(one === reason),
      }),
    );
    const box = ownWords(turn, comment);
    const send = (event) => {
      event.preventDefault();
      drafts.delete(turn);
      give(vote, said().reason, box.value.trim());
    };
    const undo = () => {
      drafts.delete(turn);
      give("");
      thumbs[Object.keys(THUMBS).indexOf(vote)].focus();
    };
    reasons.replaceChildren(
      h("div", { class: "chip-row", role: "group", "aria-label": "Why?" }, h("span", { class: "ask" }, "Why?"), chips),
      h("form", { onsubmit: send }, box, h("button", { type: "submit" }, "Send"), button("Undo", undo)),
    );
  }

  about().then(draw);
  draw();
  const verdict = h("div", { class: "verdict", role: "group", "aria-label": "Your verdict on this answer" }, thumbs);
  return h(
    "div",
    { class: "feedback" },
    h("div", { class: "verdict-row" }, h("span", { class: "ask" }, "Was this right?"), verdict, gold, kept),
    reasons,
    line,
    problem,
  );
}

const thumb = (vote, press) =>
  button(h("i", { class: `thumb ${vote}`, "aria-hidden": "true" }), press, {
    class: "thumb-button",
    "aria-label": THUMBS[vote],
    title: THUMBS[vote],
  });

/** The box for a reason in the visitor's own words; what is typed in it outlives a redrawing of the turn. */
function ownWords(turn, comment) {
  const box = h("input", {
    type: "text",
    maxlength: 2000,
    placeholder: "In your own words",
    "aria-label": "Why, in your own words (optional)",
    autocomplete: "off",
    dir: "auto",
    oninput: () => drafts.set(turn, box.value),
  });
  box.value = drafts.get(turn) ?? comment;
  return box;
}

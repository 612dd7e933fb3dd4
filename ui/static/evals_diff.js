// The difference to another run: each number with its interval, and the questions that came to something else, with why.

import { announce, button, count, h, percent } from "./dom.js";
import { asked, share, table, when } from "./evals_parts.js";

const SHOWN = 10; // flipped questions that are listed at once

/** The choice of another run, and what has changed since. `act` has say(line). */
export function differenceView(run, act) {
  const select = h("select", { id: "trial-before", onchange: () => compare(select.value) });
  const body = h("div", { class: "difference" });
  const element = h(
    "section",
    { class: "part compare", "aria-labelledby": "trial-compare", hidden: true },
    h("h3", { id: "trial-compare" }, "Difference"),
    h("div", { class: "choose-run" }, h("label", { for: "trial-before" }, "Compare with"), select),
    body,
  );
  let wanted = null;

  /** Offer these runs; those on gold of the same name come first. */
  function offer(runs) {
    const others = runs.filter(({ name }) => name !== run.name);
    const same = others.filter(({ gold }) => gold === run.gold);
    const rest = others.filter(({ gold }) => gold !== run.gold);
    const option = (one) =>
      h(
        "option",
        { value: one.name },
        [one.gold, when(one.started), one.right === null ? "" : share(one.right)].filter(Boolean).join(", "),
      );
    const chosen = select.value;
    select.replaceChildren(
      h("option", { value: "" }, same.length ? "an earlier run …" : "another run …"),
      ...same.map(option),
      ...(rest.length ? [h("optgroup", { label: "Other gold sets" }, rest.map(option))] : []),
    );
    if (others.some(({ name }) => name === chosen)) select.value = chosen;
    element.hidden = !others.length;
  }

  async function compare(before) {
    const mine = (wanted = {});
    if (!before) {
      body.replaceChildren();
      return;
    }
    body.replaceChildren(h("p", { class: "hint", role: "status" }, "Comparing …"));
    const found = await asked("compare", before, run.name);
    if (wanted !== mine) return;
    if (found.error) {
      body.replaceChildren(h("p", { class: "trials-error", role: "alert", dir: "auto" }, found.error));
      return;
    }
    body.replaceChildren(...content(found));
    announce(verdict(found));
  }

  return { element, offer };
}

/** In a sentence: what is better and worse beyond chance. */
function verdict({ changes, flipped }) {
  const told = (way) => changes.filter((one) => one.verdict === way).map(({ label }) => label.replace(" ↓", ""));
  const [better, worse] = [told("better"), told("worse")];
  const parts = [];
  if (worse.length) parts.push(`Worse: ${worse.join(", ")}.`);
  if (better.length) parts.push(`Better: ${better.join(", ")}.`);
  if (!parts.length) parts.push("No number differs by more than chance.");
  parts.push(flipped ? `${count(flipped, "question")} flipped.` : "No question flipped.");
  return parts.join(" ");
}

function content(found) {
  return [
    h("p", { class: "verdict" }, verdict(found)),
    h("p", { class: "hint" }, shared(found)),
    changesTable(found.changes),
    h(
      "details",
      { class: "more" },
      h("summary", {}, "Every number, and the kinds that differ"),
      found.tables.flatMap(({ title, head, rows }) => [h("h4", {}, title), table(title, head, rows)]),
    ),
    found.made.length
      ? h(
          "details",
          { class: "more" },
          h("summary", {}, "What the runs were made with that differs"),
          table("What differs between the runs", ["what", "before", "now"], found.made),
        )
      : "",
    found.flips.length ? flips(found) : "",
  ].filter(Boolean);
}

function shared({ common, only_before: before, only_after: after, changed_gold: changed }) {
  const left = [
    before ? `${before.toLocaleString("en")} only in the earlier run` : "",
    after ? `${after.toLocaleString("en")} only in this one` : "",
    changed ? `${changed.toLocaleString("en")} whose gold has changed` : "",
  ].filter(Boolean);
  return `Over the ${count(common, "question")} of both runs${left.length ? `; left out: ${left.join(", ")}` : ""}. Intervals: 95 %, paired bootstrap.`;
}

function points(value, signed) {
  if (value === null) return "–";
  const sign = signed && value > 0 ? "+" : value < 0 ? "−" : "";
  return sign + Math.abs(100 * value).toFixed(1);
}

function changesTable(changes) {
  const rows = changes.map((one) => {
    const apart = one.difference;
    return [
      one.verdict ? [one.label, " ", h("span", { class: `change ${one.verdict}` }, one.verdict)] : one.label,
      points(one.before),
      points(one.after),
      apart
        ? [
            h("b", {}, points(apart.value, true)),
            h("small", {}, `${points(apart.low, true)} to ${points(apart.high, true)}`),
          ]
        : "–",
    ];
  });
  return table("Differences over all questions, per cent", ["all questions, %", "before", "now", "difference"], rows);
}

function flips({ flips: found, flipped, moves }) {
  const list = h("ul", { class: "flips" });
  const more = button("", () => draw(found.length), { class: "plain" });
  function draw(number) {
    list.replaceChildren(...found.slice(0, number).map(flip));
    more.hidden = number >= found.length;
    more.textContent = `Show all ${found.length.toLocaleString("en")}`;
  }
  draw(SHOWN);
  const cut =
    flipped > found.length
      ? h("p", { class: "hint" }, `The first ${found.length.toLocaleString("en")} of ${flipped.toLocaleString("en")}.`)
      : "";
  return h(
    "div",
    {},
    h("h4", {}, `${count(flipped, "question")} flipped`),
    h(
      "ul",
      { class: "moves hint" },
      moves.map(([why, n]) => h("li", {}, `${n.toLocaleString("en")} × ${why}`)),
    ),
    list,
    cut,
    more,
  );
}

function flip(one) {
  return h(
    "li",
    { class: "flip" },
    h(
      "div",
      { class: "case-head" },
      h("span", { class: `change ${one.turn}` }, one.turn === "other" ? "changed" : one.turn),
      h("span", { class: "class" }, one.why),
      h("span", { class: "hint", dir: "auto" }, `${one.kind} · ${one.id}`),
    ),
    h("p", { class: "flip-question", dir: "auto" }, one.question),
    h(
      "p",
      { class: "hint", dir: "auto" },
      one.gold.length ? `Expected: ${one.gold.join(" · ")}` : "Expected: no answer",
    ),
    h("dl", { class: "turned" }, side("Before", one.before), side("Now", one.after)),
  );
}

function side(label, { outcome, said, confidence }) {
  const sure = confidence === null ? "" : ` (${percent(confidence)})`;
  return h(
    "div",
    {},
    h("dt", {}, label),
    h("dd", { dir: "auto" }, said || "no answer", h("span", { class: "hint" }, ` ${outcome}${sure}`)),
  );
}

// A run: a gold set is chosen and asked; how far it is, is asked of the server each second until it has ended.

import { announce, button, count, h } from "./dom.js";
import { asked, share } from "./evals_parts.js";

const EVERY = 1000; // milliseconds

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const sentence = (line) => `${line.slice(0, 1).toUpperCase()}${line.slice(1)}${line.endsWith(".") ? "" : "."}`;

/** The card. `act` has finished(name of the result) and say(line). */
export function runner(act) {
  const select = h("select", { id: "trial-gold", onchange: describe });
  const about = h("div", { class: "gold-about" });
  const start = button("Run", () => begin(select.value), { class: "strong" });
  const form = h("div", { class: "choose" }, h("label", { for: "trial-gold" }, "Gold set"), select, about, start);
  const none = h("p", { class: "hint", hidden: true });
  const job = h("div", { class: "job", hidden: true });
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "trial-run", hidden: true },
    h("h2", { id: "trial-run" }, "Run an eval"),
    form,
    none,
    job,
  );
  let golds = [];
  let following = false;
  let said = "";

  /** Show what can be chosen; `found` is what evals_about gives. */
  function offer(found) {
    element.hidden = !found.editable;
    const chosen = select.value;
    golds = found.golds;
    select.replaceChildren(
      ...golds.map((gold) => h("option", { value: gold.name }, `${gold.title}: ${count(gold.questions, "question")}`)),
    );
    if (golds.some(({ name }) => name === chosen)) select.value = chosen;
    form.hidden = !golds.length;
    none.hidden = golds.length > 0;
    none.textContent =
      "There is no gold set yet. Keep questions as gold in the chat, or put .jsonl files of gold questions into the folder gold beside the articles’ store.";
    describe();
  }

  function describe() {
    const gold = golds.find(({ name }) => name === select.value);
    if (!gold) return;
    start.disabled = Boolean(gold.error) || following;
    if (gold.error) {
      about.replaceChildren(h("p", { class: "trials-error", dir: "auto" }, sentence(gold.error)));
      return;
    }
    const kinds = gold.kinds.map(([kind, n]) => `${n.toLocaleString("en")} ${kind}`).join(", ");
    about.replaceChildren(
      h("p", { class: "hint", dir: "auto" }, `${kinds}.`),
      evidence(gold),
      gold.problems.length
        ? problems(`${count(gold.problems.length, "line")} that cannot be used`, gold.problems.length, gold.problems)
        : "",
    );
  }

  async function begin(gold) {
    if (following) return;
    const first = await asked("start", gold);
    const now = first.error ? await asked("progress") : first; // another visitor may have begun one
    await follow(now.error || now.ended ? first : now);
  }

  /** Show a run until it has ended, `first` being how far it is now. */
  async function follow(first) {
    let now = first;
    following = true;
    start.disabled = true;
    for (;;) {
      draw(now);
      if (now.error || now.ended) break;
      await wait(EVERY);
      const next = await asked("progress");
      now = next.error ? { ...now, line: next.error } : next; // it may come back
    }
    following = false;
    describe();
    if (now.state === "done" && now !== first) await act.finished(now.result);
  }

  function draw(now) {
    job.hidden = !now.state && !now.error;
    const words = spoken(now);
    if (words && words !== said) announce(words);
    said = words;
    const focused = job.contains(document.activeElement);
    const unfolded = job.querySelector("details")?.open;
    job.replaceChildren(...content(now, { stop: () => asked("stop"), again: () => begin(now.gold) }));
    const details = job.querySelector("details");
    if (details && unfolded !== undefined) details.open = unfolded;
    if (focused) job.querySelector("button")?.focus();
  }

  /** Go on showing a run that was begun before the page was reloaded. */
  async function resume() {
    if (following) return;
    const now = await asked("progress");
    if (following || now.error || !now.state) return;
    if (golds.some(({ name }) => name === now.gold)) select.value = now.gold;
    describe();
    if (now.ended) draw(now);
    else await follow(now);
  }

  return { element, offer, resume };
}

function evidence({ articles, present }) {
  if (!articles) return h("p", { class: "hint" }, "It names no article as evidence.");
  const held =
    present === articles
      ? articles === 1
        ? "which the library holds"
        : "all in the library"
      : `${present.toLocaleString("en")} of them in the library`;
  const line = `Its evidence is in ${count(articles, "article")}, ${held}.`;
  const missing = present < articles ? " Where an article is missing, its evidence is left out of the scores." : "";
  return h("p", { class: present < articles ? "hint short" : "hint" }, line, missing);
}

/** What those who hear the page are told: quarters, not every number. */
function spoken(now) {
  if (now.error) return now.error;
  if (now.state === "asking" && now.total) {
    const quarter = Math.floor((4 * now.asked) / now.total) * 25;
    return quarter ? `Asking: ${quarter} percent.` : "Asking the questions.";
  }
  return (
    {
      opening: "Opening the models.",
      summing: "Summing up.",
      done: "The run is done.",
      stopped: "Stopped.",
      failed: sentence(now.line ?? ""),
    }[now.state] ?? ""
  );
}

function content(now, act) {
  if (now.error) return [h("p", { class: "trials-error", role: "alert" }, now.error)];
  const parts = [h("p", { class: "job-name", dir: "auto" }, now.title)];
  if (!now.ended) parts.push(...working(now), button("Stop", act.stop, { class: "plain" }));
  if (now.state === "done")
    parts.push(h("p", { class: "outcome" }, `Done: ${count(now.total, "question")}${score(now)}.`));
  if (now.state === "stopped")
    parts.push(
      h("p", { class: "outcome" }, `Stopped at ${numbers(now)}. What was asked is kept.`),
      button("Go on", act.again, { class: "plain" }),
    );
  if (now.state === "failed")
    parts.push(
      h("p", { class: "trials-error", dir: "auto" }, sentence(now.line)),
      button("Try again", act.again, { class: "plain" }),
    );
  if (now.failed) parts.push(problems(count(now.failed, "problem"), now.failed, now.failures));
  return parts;
}

function working(now) {
  const label = { opening: "Opening the models", summing: "Summing up" }[now.state] ?? "Questions asked";
  const known = now.state === "asking" && now.asked ? { max: now.total, value: now.asked } : {};
  const line =
    { opening: "Opening the articles and models …", summing: "Summing up, with intervals …" }[now.state] ??
    [numbers(now) + score(now), left(now.seconds_left)].filter(Boolean).join(" · ");
  return [
    h("progress", { "aria-label": label, ...known }),
    h("p", { class: "numbers" }, line),
    h("p", { class: "hint" }, "The chat goes on meanwhile. You may close this page."),
  ];
}

const numbers = (now) => `${now.asked.toLocaleString("en")} of ${count(now.total, "question")}`;
const score = (now) => (now.scored ? ` · ${share(now.right / now.scored)} right` : "");

function problems(title, number, lines) {
  const more = number > lines.length ? [h("li", {}, `and ${(number - lines.length).toLocaleString("en")} more`)] : [];
  return h(
    "details",
    { class: "failures" },
    h("summary", {}, title),
    h(
      "ul",
      {},
      lines.map((line) => h("li", { dir: "auto" }, line)),
      more,
    ),
  );
}

function left(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return "less than a minute left";
  return seconds < 3600
    ? `about ${Math.round(seconds / 60)} min left`
    : `about ${(seconds / 3600).toFixed(1)} hours left`;
}

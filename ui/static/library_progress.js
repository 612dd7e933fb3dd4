// How far an ingest or a removal is: asked of the server each second until it has ended.

import { announce, button, count, h } from "./dom.js";
import { call } from "./transport.js";

const EVERY = 1000; // milliseconds
const SHOWN = 500;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const sentence = (line) => `${line.slice(0, 1).toUpperCase()}${line.slice(1)}.`;

/** Ask for the status of `batch` until it has ended; `use` gets each. */
export async function untilEnded(batch, first, use) {
  let now = first;
  for (;;) {
    use(now);
    if (now.error || now.ended || !now.state) return now;
    await wait(EVERY);
    now = await call("library_progress", [batch]).catch((error) => ({ ...now, line: error.message })); // it may come back
  }
}

/** The progress of this tab's upload. `act` has stop(), again() and changed(). */
export function progress(act) {
  const body = h("div", { class: "job-now" });
  const problems = h("details", { class: "failures", open: true, hidden: true });
  const element = h("div", { class: "job", hidden: true }, body, problems);
  let running = false;
  let said = "";
  let listed = 0;

  /** Show the status that `asked` gives of `batch`, and what becomes of it. */
  async function follow(batch, asked) {
    const first = await asked.catch((error) => ({ error: error.message }));
    running = true;
    const last = await untilEnded(batch, first, draw);
    running = false;
    if (first.state && last !== first) await act.changed();
  }

  function draw(now) {
    element.hidden = !now.state && !now.error;
    const words = spoken(now);
    if (words !== said) announce(words);
    said = words;
    const focused = body.contains(document.activeElement);
    body.replaceChildren(...content(now, act));
    if (focused) body.querySelector("button")?.focus();
    problems.hidden = !now.failed;
    if (now.failed && now.failed !== listed) problems.replaceChildren(...failures(now));
    listed = now.failed ?? 0;
  }

  return { element, follow, busy: () => running, clear: () => (element.hidden = true) };
}

/** What those who hear the page are told: quarters, not every number. */
function spoken(now) {
  if (now.error) return now.error;
  if (now.state === "reading" && now.total) {
    const quarter = Math.floor((4 * now.articles) / now.total) * 25;
    return quarter ? `Reading articles: ${quarter} percent.` : "Reading articles.";
  }
  return { waiting: "Your files wait their turn.", indexing: "Building the search index.", done: outcome(now), stopped: "Stopped.", failed: sentence(now.line) }[now.state] ?? "";
}

function content(now, act) {
  if (now.error) return [h("p", { class: "shelf-error", role: "alert" }, now.error)];
  const { state } = now;
  const parts = [];
  if (state === "waiting") parts.push(h("p", {}, `Your files have arrived and wait their turn: ${now.line || "they are next"}.`), button("Stop", act.stop, { class: "plain" }));
  if (state === "reading" || state === "indexing") parts.push(...working(now, act));
  if (state === "done") parts.push(h("p", { class: "outcome" }, outcome(now)));
  if (state === "stopped") parts.push(h("p", {}, "Stopped. The articles read so far are in the library; the other files are kept until you go on."), button("Go on", act.again, { class: "plain" }));
  if (state === "failed") parts.push(h("p", { class: "shelf-error" }, sentence(now.line)), button("Try again", act.again, { class: "plain" }));
  return parts;
}

function working(now, act) {
  const known = now.total && now.articles && now.state === "reading";
  const bar = h("progress", { "aria-label": now.state === "indexing" ? "Building the search index" : "Articles read", ...(known ? { max: now.total, value: now.articles } : {}) });
  if (now.state === "indexing") return [bar, h("p", {}, "Last step: building the search index.")];
  const rate = now.rate ? `${now.rate < 10 ? now.rate.toFixed(1) : Math.round(now.rate)} a second` : "";
  const numbers = now.total ? `${now.articles.toLocaleString("en")} of ${count(now.total, "article")}` : "Counting the articles …";
  return [
    bar,
    h("p", { class: "numbers" }, [numbers, rate, left(now.seconds_left)].filter(Boolean).join(" · ")),
    h("p", { class: "hint" }, "The chat goes on meanwhile with the articles it had. You may close this page."),
    button("Stop", act.stop, { class: "plain" }),
  ];
}

function outcome({ counts, same_files: same, failed }) {
  const parts = [`${count(counts.added ?? 0, "article")} added`];
  if (counts.changed) parts.push(`${counts.changed.toLocaleString("en")} replaced by a newer version`);
  if (counts.unchanged) parts.push(`${counts.unchanged.toLocaleString("en")} in the library already`);
  if (same) parts.push(`${count(same, "file")} in the library already`);
  if (failed) parts.push(count(failed, "problem"));
  return `${parts.join(", ")}.`;
}

function failures({ failed, failures: lines }) {
  const shown = lines.slice(0, SHOWN);
  const more = failed > shown.length ? [h("li", {}, `and ${(failed - shown.length).toLocaleString("en")} more`)] : [];
  return [h("summary", {}, `${count(failed, "problem")} in the files`), h("ul", {}, shown.map((line) => h("li", { dir: "auto" }, line)), more)];
}

function left(seconds) {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return "less than a minute left";
  return seconds < 3600 ? `about ${Math.round(seconds / 60)} min left` : `about ${(seconds / 3600).toFixed(1)} hours left`;
}

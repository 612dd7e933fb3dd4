// The evals: puts their parts together in the tab that Gradio makes for them. Gold sets, runs and results are asked of
// ui/evals.py; nothing of them is kept here.

import { articlePanel } from "./article.js";
import { announce, h, whenShown } from "./dom.js";
import { asked } from "./evals_parts.js";
import { resultView } from "./evals_result.js";
import { runner } from "./evals_run.js";
import { runsList } from "./evals_runs.js";

function build(root) {
  const room = h("div", { class: "trials", id: "trials" });
  const body = h("div", { class: "trials-body" });
  const note = h("p", { class: "trials-error", role: "alert", hidden: true });
  const article = articlePanel(room, body, say);
  const view = resultView({ article: article.open, say });
  const runs = runsList({ open: (name) => open(name) });
  const run = runner({ finished, say });
  let about = null;

  function say(line) {
    note.textContent = line;
    note.hidden = !line;
    if (line) announce(line);
  }

  /** Learn what there is now; the chat may have kept another gold question meanwhile. */
  async function refresh() {
    const first = about === null;
    const found = await asked("about");
    if (found.error) return say(found.error);
    say("");
    about = found;
    run.offer(about);
    runs.draw(about.runs);
    view.offer(about);
    if (about.editable) run.resume();
    const newest = about.runs.find(({ error }) => !error);
    if (first && newest) await open(newest.name);
    return undefined;
  }

  async function open(name) {
    article.close();
    if (view.shows(name)) return; // what was chosen in it stays
    runs.mark(name);
    await view.show(name);
  }

  /** A run has ended with the result of that name. */
  async function finished(name) {
    await refresh();
    await open(name);
    view.focus();
  }

  room.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !article.isOpen()) return;
    event.stopPropagation(); // the chat's own Escape stops an answer
    article.close();
  });
  body.append(
    h("div", { class: "trials-tools" }, run.element, runs.element),
    h("div", { class: "trials-main" }, note, view.element),
  );
  room.append(body, article.panel);
  root.append(room);
  let [busy, seen] = [false, false];
  new IntersectionObserver(async (entries) => {
    const shown = entries.at(-1).isIntersecting;
    const came = shown && !seen;
    seen = shown;
    if (!came || busy) return;
    busy = true;
    await refresh();
    busy = false;
  }).observe(body);
}

whenShown("#evals", build);

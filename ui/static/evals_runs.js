// The runs that have left a result, newest first: one of them is looked at.

import { button, count, h } from "./dom.js";
import { share, when } from "./evals_parts.js";

/** The list. `act` has open(name). */
export function runsList(act) {
  const list = h("ul", { class: "runs" });
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "trial-runs" },
    h("h2", { id: "trial-runs" }, "Results"),
    list,
  );
  let current = "";

  function mark(name) {
    current = name;
    for (const one of list.querySelectorAll("button"))
      one.setAttribute("aria-pressed", String(one.dataset.name === name));
  }

  function draw(runs) {
    element.hidden = !runs.length;
    list.replaceChildren(
      ...runs.map((run) => h("li", {}, run.error ? h("p", { class: "hint", dir: "auto" }, run.error) : opener(run))),
    );
    mark(current);
  }

  const opener = (run) =>
    button(
      [
        h("span", { class: "run-name", dir: "auto" }, run.gold),
        h("span", { class: "run-score" }, run.right === null ? "" : share(run.right)),
        h("span", { class: "hint" }, `${when(run.started)} · ${count(run.questions, "question")}`),
      ],
      () => act.open(run.name),
      { class: "run", "data-name": run.name },
    );

  return { element, draw, mark };
}

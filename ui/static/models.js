// Which language model writes the answer, where the server has any: it says which, the browser keeps the choice and sends
// it with each question, and the server takes no other name. Without models there is nothing to see.

import { h } from "./dom.js";

const KEY = "byline.model";
const NONE = "none";

let offered = [];
let chosen = "";
try {
  chosen = localStorage.getItem(KEY) ?? "";
} catch {
  // without storage the choice lasts as long as the page
}

/** What is sent: a model that is offered, "none" for no language model, or "" as long as nothing is known of either. */
export const model = () => (chosen === NONE || offered.includes(chosen) ? chosen : (offered[0] ?? ""));

/** The choice, hidden until `offer` has something to choose from. */
export const choice = h("div", { class: "model-choice", hidden: true });

function keep(event) {
  chosen = event.currentTarget.value;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // as above
  }
}

/** Offer these models, the server's default first. */
export function offer(names) {
  if (String(names) === String(offered)) return; // what has the focus keeps it
  offered = names;
  choice.hidden = !names.length;
  const option = (value, words) => h("option", { value, selected: value === model() }, words);
  const options = [option(NONE, "None: the articles’ own sentences"), ...names.map((name) => option(name, name))];
  choice.replaceChildren(
    h("label", { for: "model" }, "Language model"),
    h("select", { id: "model", onchange: keep, autocomplete: "off" }, options),
  );
}

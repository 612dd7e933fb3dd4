// The keys of the page, and the dialog that lists them. Every shortcut has Alt, Escape or an arrow, so that none is a
// letter somebody dictates or types (WCAG 2.1.4).

import { button, h } from "./dom.js";

const KEYS = [
  ["Enter", "ask"],
  ["Shift + Enter", "begin a new line"],
  ["↑ in the empty box", "change the last question"],
  ["Escape", "close the article or the list; stop an answer"],
  ["Alt + 1 … 9", "open that source of the newest answer"],
  ["← →", "previous and next source, in an opened article"],
  ["Alt + Q", "to the question box"],
  ["Alt + N", "new conversation"],
  ["Alt + K", "search the conversations"],
  ["Alt + H", "this list"],
];

/** Call the function of `act` for each shortcut. */
export function onKeys(act) {
  const letters = { KeyQ: act.box, KeyN: act.begin, KeyK: act.search, KeyH: act.help };
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return; // it has the keys
    if (event.key === "Escape") act.leave();
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    const use = digit ? () => act.source(Number(digit[1])) : letters[event.code];
    if (!use) return;
    event.preventDefault();
    use();
  });
}

/** The dialog. */
export function helpDialog() {
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keyboard shortcuts"),
    h(
      "dl",
      {},
      KEYS.map(([keys, does]) => h("div", {}, h("dt", {}, h("kbd", {}, keys)), h("dd", {}, does))),
    ),
    button("Close", () => dialog.close(), { class: "primary" }),
  );
  return dialog;
}

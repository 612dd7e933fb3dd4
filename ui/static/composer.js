// The question box: Enter asks, Shift+Enter begins a line, and while an answer is read its button stops it.

import { button, h } from "./dom.js";
import { chips, onFilters, setFilters } from "./filters.js";
import { choice } from "./models.js";

/** The box. `act` has ask(text), stop() and editLast(). */
export function composer(act) {
  const box = h("textarea", {
    rows: 1,
    "aria-label": "Your question",
    placeholder: "Ask about the articles",
    autocomplete: "off",
    dir: "auto",
    "aria-keyshortcuts": "Alt+Q",
  });
  const send = h("button", { type: "submit", class: "primary" }, "Ask");
  const stop = button("Stop", act.stop, { class: "primary", hidden: true });
  const limits = h("ul", { class: "chips", "aria-label": "Only these articles are asked" });
  const submit = (event) => {
    event.preventDefault();
    if (send.hidden) return;
    act.ask(box.value);
  };
  const element = h(
    "form",
    { class: "composer", id: "question", onsubmit: submit },
    limits,
    h("div", { class: "box" }, box, send, stop),
    choice,
  );
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) submit(event);
    if (event.key === "ArrowUp" && !box.value) {
      event.preventDefault();
      act.editLast();
    }
  });
  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  };
  box.addEventListener("input", grow);

  function drawChips() {
    const all = chips();
    limits.hidden = !all.length;
    const chip = ({ words, without }) =>
      h(
        "li",
        {},
        h("span", { dir: "auto" }, words),
        button(
          "×",
          () => {
            setFilters(without);
            box.focus();
          },
          { "aria-label": `Remove the filter: ${words}` },
        ),
      );
    limits.replaceChildren(...all.map(chip));
  }
  onFilters(drawChips);
  drawChips();

  return {
    element,
    focus: () => box.focus(),
    empty: () => {
      box.value = "";
      grow();
    },
    busy: (reading) => {
      send.hidden = reading;
      stop.hidden = !reading;
    },
  };
}

// What the parts of the evals share: a call that never throws, numbers in words, tables, and plots drawn anew.

import { h } from "./dom.js";
import { call } from "./transport.js";

/** What the endpoint `evals_NAME` answers; `error` is a line where it cannot. */
export const asked = (name, ...data) => call(`evals_${name}`, data).catch((error) => ({ error: error.message }));

/** A share of [0, 1] as `87.1 %`. */
export const share = (value) => `${(100 * value).toFixed(1)}\u00a0%`;

/** When a run began, in this browser's time; what is no time as it is. */
export function when(started) {
  const parsed = new Date(started);
  if (Number.isNaN(parsed.valueOf())) return started;
  return parsed.toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** A table in a box of its own, which scrolls where it has no room. The first cell of a row names it. */
export function table(label, head, rows) {
  return h(
    "div",
    { class: "wide", role: "region", "aria-label": label, tabindex: 0 },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head.map((cell) => h("th", { scope: "col" }, cell || h("span", { class: "unseen" }, "verdict"))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map(([first, ...cells]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row", dir: "auto" }, first),
            cells.map((cell) => h("td", {}, cell)),
          ),
        ),
      ),
    ),
  );
}

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = new Set(["svg", "title", "desc", "g", "line", "polyline", "circle", "rect", "text"]);
const NUMBERS = /^(viewBox|points|transform|text-anchor|x|y|x1|y1|x2|y2|cx|cy|r|width|height)$/;
const NAMES = /^(class|role|id|aria-labelledby)$/;

/** The plot of a text that the server made: read where nothing runs, then drawn anew out of shapes, numbers and words. */
export function drawn(source) {
  const read = new DOMParser().parseFromString(source, "text/html").querySelector("svg");
  return read ? shape(read) : h("p", {}, "This plot cannot be drawn.");
}

function shape(read) {
  const made = document.createElementNS(SVG, read.localName);
  for (const { name, value } of read.attributes)
    if (NUMBERS.test(name) || NAMES.test(name)) made.setAttribute(name, value);
  for (const child of read.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) made.append(child.data);
    else if (child.nodeType === Node.ELEMENT_NODE && SHAPES.has(child.localName)) made.append(shape(child));
  }
  return made;
}

// What stands on the page before the first question.

import { button, count, h } from "./dom.js";

/** `about` is what the server says of the collection, null while it is asked. */
export function emptyPage(about, ask) {
  if (about && !about.articles) {
    const toLibrary = () => document.querySelectorAll("#sections [role=tab]")[1].click();
    return h(
      "section",
      { class: "welcome" },
      h("h2", {}, "There are no articles yet"),
      h("p", {}, "Add some in the library, then ask what they say."),
      button("Open the library", toLibrary, { class: "primary" }),
    );
  }
  const offered = about?.suggestions ?? [];
  const all = about ? count(about.articles, "article") : "the articles";
  return h(
    "section",
    { class: "welcome" },
    h("h2", {}, "Ask what the articles say"),
    h(
      "p",
      {},
      `Byline answers from ${all}, in their own sentences. Each carries a number, like `,
      h("span", { class: "sample" }, "[1]"),
      ": it opens the article where the sentence stands. Where articles differ you see both sides, and when they do not say, Byline tells you so.",
    ),
    offered.length ? h("p", { class: "try", id: "try" }, "For example") : "",
    offered.length
      ? h(
          "ul",
          { "aria-labelledby": "try" },
          offered.map((question) =>
            h(
              "li",
              {},
              button(question, () => ask(question), { class: "suggestion", dir: "auto" }),
            ),
          ),
        )
      : "",
  );
}

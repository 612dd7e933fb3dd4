// The list of conversations kept in this browser: open, search, rename, delete (and take it back), export.

import { button, count, day, h } from "./dom.js";
import { download, kinds } from "./exports.js";
import { forget, keep, matching, onOtherTab, talks } from "./talks.js";

/** The list. `act` has open, begin, say and current. */
export function rail(act) {
  const search = h("input", {
    type: "search",
    placeholder: "Search",
    "aria-label": "Search the conversations",
    oninput: () => draw(),
  });
  const list = h("ul", { class: "talks" });
  const none = h("p", { class: "none" });
  const element = h(
    "nav",
    { class: "rail", id: "rail", "aria-label": "Conversations" },
    h(
      "div",
      { class: "top" },
      h("h2", {}, "Conversations"),
      button("Close", () => act.hide(), { class: "quiet hide" }),
    ),
    button("New conversation", () => act.begin(), { class: "begin" }),
    search,
    list,
    none,
    h("p", { class: "where" }, "Kept in this browser only."),
  );

  function draw() {
    const all = talks();
    const shown = matching(all, search.value);
    search.hidden = all.length < 2;
    list.replaceChildren(...shown.map(item));
    none.textContent = shown.length
      ? ""
      : all.length
        ? "None of them says that."
        : "None yet. They are listed here once you ask.";
  }

  function item(talk) {
    const current = talk.id === act.current();
    const title = button(
      [
        h("span", { class: "name", dir: "auto" }, talk.title || "(no question)"),
        h(
          "span",
          { class: "when" },
          `${day(talk.updated.slice(0, 10), "short")}, ${count(talk.turns.length, "question")}`,
        ),
      ],
      () => act.open(talk.id),
      { class: "talk", "aria-current": current ? "true" : null },
    );
    const entry = h(
      "li",
      { class: current ? "current" : "" },
      title,
      menu(talk, () => rename(talk, entry)),
    );
    return entry;
  }

  function menu(talk, renaming) {
    const closing = (use) => () => {
      details.open = false;
      use();
    };
    const details = h(
      "details",
      { class: "menu" },
      h("summary", { "aria-label": `More for ${talk.title}` }, "⋯"),
      h(
        "div",
        {},
        button("Rename", closing(renaming)),
        kinds.map((kind) =>
          button(
            `Export as ${kind}`,
            closing(() => download(talk, kind)),
          ),
        ),
        button(
          "Delete",
          closing(() => remove(talk)),
          { class: "danger" },
        ),
      ),
    );
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      event.stopPropagation();
      details.open = false;
      details.firstChild.focus();
    });
    return details;
  }

  function rename(talk, entry) {
    const box = h("input", { type: "text", "aria-label": "Name of the conversation", maxlength: 200, dir: "auto" });
    box.value = talk.title;
    let left = false;
    const leave = (renamed) => {
      if (left) return;
      left = true;
      if (renamed && box.value.trim()) act.renamed({ ...talk, title: box.value.trim(), named: true });
      draw();
      focusOn(talk.id);
    };
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") leave(true);
      if (event.key === "Escape") {
        event.stopPropagation();
        leave(false);
      }
    });
    box.addEventListener("blur", () => leave(true));
    entry.replaceChildren(box);
    box.select();
  }

  const focusOn = (id) => {
    const place = matching(talks(), search.value).findIndex((one) => one.id === id);
    list.children[place]?.querySelector(".talk")?.focus();
  };

  function remove(talk) {
    forget(talk.id);
    if (talk.id === act.current()) act.begin();
    draw();
    const back = () => {
      keep(talk);
      draw();
      focusOn(talk.id);
    };
    act.say(`Deleted “${talk.title}”.`, "Undo", back);
  }

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open]"))
      if (!open.contains(event.target)) open.open = false;
  });
  onOtherTab(draw);
  draw();
  return { element, draw, search };
}

// The library: puts its parts together in the tab that Gradio makes for it. What is known of the articles is asked of
// ui/library.py; which of them the chat may use is kept by filters.js.

import { h, whenShown } from "./dom.js";
import { adder } from "./library_add.js";
import { reader } from "./library_article.js";
import { narrower } from "./library_filters.js";
import { shelf } from "./library_list.js";
import { call } from "./transport.js";

/** Heard on `document` when articles came or went. */
const CHANGED = "byline-library";

async function build(root) {
  const about = await call("library_about", []).catch((error) => ({ error: error.message }));
  if (about.error) return root.append(h("p", { class: "shelf-error", role: "alert" }, about.error));
  const room = h("div", { class: "shelf", id: "shelf" });
  const article = reader(room);
  const narrow = narrower(about);
  const list = shelf({ read: article.open, editable: about.editable, changed });
  const add = about.editable ? adder(about, changed) : null;

  async function changed() {
    document.dispatchEvent(new Event(CHANGED));
    await Promise.all([article.recheck(), list.look(), narrow.refresh()]);
  }

  room.append(h("div", { class: "shelf-tools" }, add?.element ?? "", narrow.element), list.element, article.element);
  root.append(room);
  const found = await list.look();
  await add?.resume(found?.total === 0);
}

whenShown("#library", build);

// Adding articles: what is dropped or chosen goes file by file to POST upload, then the server ingests it. The token of
// an upload is made here and known to this tab alone; with it the progress is found again after the page is reloaded.

import { announce, button, count, h } from "./dom.js";
import { progress } from "./library_progress.js";
import { call } from "./transport.js";

const KEY = "byline.upload";
const narrow = matchMedia("(max-width: 62rem)"); // as in library.css
const AT_ONCE = 3; // files on their way at a time
const SHOWN = 200; // refused files that are listed
const GONE = "could not be sent: Byline does not answer";
const HIDDEN = /(^|\/)(\.|~\$|__MACOSX)/;

/** A name for an upload or removal that nobody can guess. */
export const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const megabytes = (bytes) => {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1000).toLocaleString("en")} kB`;
  return bytes < 1e9 ? `${Number((bytes / 1e6).toPrecision(3))} MB` : `${Number((bytes / 1e9).toPrecision(3))} GB`;
};
const upload = (batch, name) => new URL(`../upload?${new URLSearchParams({ batch, name })}`, import.meta.url);

let latest = null; // where there is no storage, it is known as long as the page is there

function keep(batch) {
  latest = batch;
  try {
    sessionStorage.setItem(KEY, batch);
  } catch {
    // then a reload forgets the upload; the server goes on with it
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? latest;
  } catch {
    return latest;
  }
}

/** The place to drop files on. `about` is library_about's; `changed` is called when the library has. */
export function adder(about, changed) {
  const { kinds, limits } = about;
  const files = h("input", { type: "file", multiple: true, accept: [...kinds, ".gz"].join(","), hidden: true, onchange: () => chosen(files) });
  const folder = h("input", { type: "file", webkitdirectory: true, hidden: true, onchange: () => chosen(folder) });
  const zone = h(
    "div",
    { class: "drop" },
    h("p", { class: "by-hand" }, "Drop files or a folder here, or choose:"),
    h("p", { class: "picks" }, button("Files", () => files.click(), { class: "plain", "aria-label": "Choose files" }), button("A folder", () => folder.click(), { class: "plain", "aria-label": "Choose a folder" })),
    h("p", { class: "hint" }, `${kinds.join(" ")}: up to ${megabytes(limits.file_bytes)} a file, ${limits.files.toLocaleString("en")} files and ${megabytes(limits.total_bytes)} at once`),
    files,
    folder,
  );
  const transfer = h("div", { class: "transfer", hidden: true });
  const job = progress({ stop: () => call("library_stop", [kept()]).catch((error) => say(error.message)), again: () => follow("add"), changed });
  const element = h(
    "details",
    { class: "card add", open: !narrow.matches },
    h("summary", {}, h("h2", {}, "Add articles")),
    zone,
    transfer,
    job.element,
    h("p", { class: "hint" }, "The library is shared: everybody who opens this Byline finds what you add. Only you see it while it is on its way."),
  );
  let sending = null; // the AbortController of the upload that is on its way

  const follow = (name) => job.follow(kept(), call(`library_${name}`, [kept()]));

  function chosen(input) {
    take([...input.files].map((file) => [file.webkitRelativePath || file.name, file]));
    input.value = "";
  }

  /** Send files, `[path, File]` each, and have them ingested. */
  async function take(found) {
    if (sending || job.busy()) return announce(say("An upload is under way. Add more when it is done."));
    const wanted = found.filter(([name]) => !HIDDEN.test(name) && kinds.some((kind) => name.toLowerCase().endsWith(kind)));
    const others = found.length - wanted.length;
    const left = others ? `${count(others, "file")} of other kinds left out.` : "";
    if (!wanted.length) return announce(say(found.length ? `Nothing to add: ${left}` : "Nothing to add: the folder is empty."));
    job.clear();
    sending = new AbortController();
    const batch = token();
    const refused = await send(wanted, batch, sending.signal, left);
    const stopped = sending.signal.aborted;
    sending = null;
    if (stopped) return announce(say("Stopped. Nothing was added."));
    const line = [`${count(wanted.length - refused.length, "file")} sent.`, left].filter(Boolean).join(" ");
    say(line, refused);
    if (refused.length === wanted.length) return announce("No file was taken.");
    keep(batch);
    return follow("add");
  }

  async function send(wanted, batch, signal, left) {
    const total = wanted.reduce((sum, [, file]) => sum + file.size, 0);
    const bar = h("progress", { max: Math.max(1, total), value: 0, "aria-label": "Files sent" });
    const line = h("p", {}, "");
    const refused = [];
    const waiting = [...wanted];
    const underway = new Map();
    let done = 0;
    let sent = 0;
    const draw = () => {
      const now = sent + [...underway.values()].reduce((sum, bytes) => sum + bytes, 0);
      bar.value = now;
      line.textContent = `Sending: ${done.toLocaleString("en")} of ${count(wanted.length, "file")}, ${megabytes(now)} of ${megabytes(total)}`;
    };
    transfer.replaceChildren(bar, line, left ? h("p", { class: "hint" }, left) : "", button("Stop", () => sending.abort(), { class: "plain" }));
    transfer.hidden = false;
    announce(`Sending ${count(wanted.length, "file")}.`);
    draw();
    const worker = async () => {
      while (waiting.length && !signal.aborted) {
        const [name, file] = waiting.shift();
        const reason = await post(upload(batch, name), file, signal, (bytes) => {
          underway.set(name, bytes);
          draw();
        });
        underway.delete(name);
        if (reason) refused.push(`${name} ${reason}`);
        done += 1;
        sent += file.size;
        draw();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return refused;
  }

  /** Show a line about the files, and those that were refused. */
  function say(line, refused = []) {
    const more = refused.length > SHOWN ? [h("li", {}, `and ${(refused.length - SHOWN).toLocaleString("en")} more`)] : [];
    const list = refused.length
      ? h("details", { class: "failures", open: true }, h("summary", {}, `${count(refused.length, "file")} not taken`), h("ul", {}, refused.slice(0, SHOWN).map((one) => h("li", { dir: "auto" }, one)), more))
      : "";
    transfer.replaceChildren(h("p", {}, line), list);
    transfer.hidden = false;
    return line;
  }

  onDrop(zone, take);

  return {
    element,
    /** Go on showing an upload that this tab began before it was reloaded. */
    resume: async (empty) => {
      if (empty || kept()) element.open = true;
      if (kept()) await follow("progress");
    },
  };
}

/** Send one file; returns why it was not taken, or "". */
function post(url, file, signal, onBytes) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much was sent
    request.open("POST", url);
    request.upload.onprogress = ({ loaded }) => onBytes(loaded);
    request.onload = () => resolve(request.status === 204 ? "" : request.status === 400 ? request.responseText : GONE);
    request.onerror = () => resolve(GONE);
    request.onabort = () => resolve("was stopped");
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** Take what is dropped on `zone`, folders with all that is in them. */
function onDrop(zone, take) {
  let inside = 0;
  const mark = (by) => {
    inside = by ? inside + by : 0;
    zone.classList.toggle("over", inside > 0);
  };
  zone.addEventListener("dragenter", () => mark(1));
  zone.addEventListener("dragleave", () => mark(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    mark(0);
    const dropped = [...event.dataTransfer.items].map((item) => [item.webkitGetAsEntry(), item.getAsFile()]); // now: later they are gone
    const found = [];
    for (const [entry, file] of dropped) {
      if (entry?.isDirectory) await walk(entry, found);
      else if (file) found.push([file.name, file]);
    }
    take(found);
  });
}

async function walk(entry, found) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    found.push([path, await new Promise((resolve, reject) => entry.file(resolve, reject))]);
    return;
  }
  const directory = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve, reject) => directory.readEntries(resolve, reject)); // a hundred at a time
    if (!some.length) return;
    for (const child of some) await walk(child, found);
  }
}

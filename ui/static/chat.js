// The chat: puts its parts together, asks, and does what their buttons and the keys say. What is known of a conversation
// is here and in talks.js, in this browser; the server is told what it needs for one answer and keeps nothing.

import { articlePanel, copy } from "./article.js";
import { composer } from "./composer.js";
import { announce, button, calm, count, h, whenShown } from "./dom.js";
import { emptyPage } from "./empty.js";
import { answerText } from "./exports.js";
import { filters } from "./filters.js";
import { goldForm } from "./gold_form.js";
import { helpDialog, onKeys } from "./keys.js";
import { model, offer } from "./models.js";
import { rail } from "./rail.js";
import { fresh, keep, opened, setOpened, talk as stored } from "./talks.js";
import { call, Failed, stream } from "./transport.js";
import { questionForm, turnElement } from "./turn.js";

const ECHOED = 160; // characters of a refused question that are shown again
const REMEMBERED = 20; // answers that a follow-up may refer to

let talk = fresh();
let asking = null; // the AbortController of the answer that is being read
let about = null; // what the collection holds, once it is known

const narrow = matchMedia("(max-width: 75rem)"); // as in talks.css
const desk = h("div", { class: "desk", id: "byline", onclick: (event) => event.target === desk && drawer(false) });
const turns = h("section", { class: "turns", "aria-label": "Conversation" });
const begin = h("div", { class: "begin-here" });
const notice = h("div", { class: "notice", role: "status", hidden: true });
const help = helpDialog();
const gold = goldForm(say);
const box = composer({
  ask: (text) => ask(text),
  stop,
  editLast: () => talk.turns.length && edit(talk.turns.length - 1),
});
const main = h("div", { class: "talk-column", id: "talk" });
const article = articlePanel(desk, main, say);
const list = rail({
  open: (id) => show(stored(id) ?? fresh()),
  begin: () => show(fresh()),
  hide: () => drawer(false),
  current: () => talk.id,
  say,
  renamed,
});

/** Show a line at the foot of the page, with a button where there is something to do about it. */
function say(text, label, action) {
  const undo = label
    ? [
        button(label, () => {
          notice.hidden = true;
          action();
        }),
      ]
    : [];
  notice.replaceChildren(
    h("span", { dir: "auto" }, text),
    ...undo,
    button("×", () => (notice.hidden = true), { "aria-label": "Dismiss" }),
  );
  notice.hidden = false;
  clearTimeout(say.timer);
  if (!label) say.timer = setTimeout(() => (notice.hidden = true), 6000);
}

// ---- asking ----

const history = (place) =>
  talk.turns
    .slice(0, place)
    .filter(({ state, answer }) => state === "done" && answer?.answer)
    .slice(-REMEMBERED)
    .flatMap(({ question, answer }) => [
      { role: "user", content: question },
      { role: "assistant", content: answer.answer },
    ]);

/** Ask; `place` is the turn whose question it replaces, and `alone` says that it is to be read without what went before. */
async function ask(question, { place = talk.turns.length, alone = false } = {}) {
  if (asking) return;
  const here = talk;
  if (place === here.turns.length) {
    here.turns = here.turns.filter(({ state }) => state !== "failed");
    place = here.turns.length;
  }
  const turn = {
    question,
    asked: new Date().toISOString(),
    state: "reading",
    answer: null,
    error: "",
    filters: filters(),
    model: model(),
  };
  const earlier = alone ? [] : history(place);
  here.turns[place] = turn;
  const mine = new AbortController();
  asking = mine;
  article.close();
  box.busy(true);
  draw();
  element(place).scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  announce("Looking through the articles.");
  const sent = [question, earlier, turn.filters, turn.model];
  try {
    for await (const { answer, done, error } of stream("page_ask", sent, mine.signal)) {
      if (error) throw new Failed(error);
      const first = !turn.answer;
      if (turn.state === "reading") Object.assign(turn, { answer, state: done ? "done" : "reading" });
      if (!done) announce(`Reading ${count(answer.passages.length, "passage")}.`);
      redraw(here, place);
      if (!first) continue;
      if (place === here.turns.length - 1) box.empty(); // a refused question stays, to be corrected
      store(here); // a reload now loses no question
    }
    announce(`${turn.answer.answer} ${turn.answer.why}`);
  } catch (error) {
    end(turn, error);
  }
  if (asking === mine) {
    asking = null;
    box.busy(false);
  }
  here.updated = turn.asked;
  store(here);
  redraw(here, place);
}

function end(turn, error) {
  if (error.name === "AbortError") {
    turn.state = "stopped";
    announce("Stopped.");
  } else if (error instanceof Failed) {
    Object.assign(turn, { state: "failed", error: error.message, answer: null }); // an alert says it
    if (turn.question.length > ECHOED) turn.question = `${turn.question.slice(0, ECHOED)} …`;
  } else throw error;
}

/** Keep the conversation in this browser; questions that got no answer are not kept. */
function store(here) {
  const turns = here.turns.filter(({ state }) => state !== "failed");
  const kept = { ...here, turns };
  if (turns.length && !keep(kept))
    say("This browser cannot keep the conversation: its storage is full or switched off. Export it, or delete others.");
  here.title = kept.title;
  list.draw();
}

function stop() {
  asking?.abort();
  asking = null;
  box.busy(false);
}

// ---- what the buttons of a turn do ----

const act = {
  retry: (place) => ask(talk.turns[place].question, { place }),
  edit: (place) => edit(place),
  correct: (place) => edit(place, talk.turns[place].answer.standalone_question),
  literally: (place) => ask(talk.turns[place].question, { place, alone: true }),
  copy: (place) => copy(answerText(talk.turns[place]), say),
  open: (all, which, from) => article.open(all, which, from),
  keeper: () => {
    const here = talk;
    return () => store(here);
  },
  gold: (place, kept) => gold.open(talk.turns[place], history(place), kept),
};

/** Let the question of a turn be changed in its place; a corrected reading is asked as it stands. */
function edit(place, reading) {
  if (asking) return;
  const label = reading === undefined ? "Change the question" : "Say what you meant; it is asked as it stands";
  const form = questionForm(reading ?? talk.turns[place].question, label, (text) => {
    if (text === null) {
      redraw(talk, place);
      box.focus();
    } else ask(text, { place, alone: reading !== undefined });
  });
  element(place).querySelector(".question").replaceWith(form);
  form.querySelector("textarea").select();
}

// ---- drawing ----

const element = (place) => turns.children[place];

function draw() {
  turns.replaceChildren(...talk.turns.map((turn, place) => turnElement(turn, place, act)));
  const empty = !talk.turns.some(({ answer }) => answer) && !asking;
  begin.replaceChildren(...(empty ? [emptyPage(about, (question) => ask(question))] : []));
  main.classList.toggle("empty", empty);
}

function redraw(changed, place) {
  if (changed !== talk) return; // the visitor has turned to another conversation
  if (!talk.turns[place].answer) draw();
  else element(place).replaceWith(turnElement(talk.turns[place], place, act));
}

/** Learn what the collection holds now; the library may have changed it. */
function welcome() {
  const drawn = () => main.classList.contains("empty") && draw();
  call("about", []).then(
    (found) => {
      about = found;
      offer(found.models);
      drawn();
    },
    (error) => say(error.message),
  );
}

/** Turn to a conversation. */
function show(other) {
  stop();
  article.close();
  talk = other;
  setOpened(talk.id);
  if (!talk.turns.length) welcome();
  draw();
  list.draw();
  drawer(false);
  turns.lastElementChild?.scrollIntoView({ block: "start" });
  box.focus();
}

function renamed(changed) {
  keep(changed);
  if (changed.id === talk.id) Object.assign(talk, { title: changed.title, named: true });
}

/** Open or close the list where it has no room of its own. */
function drawer(open) {
  if (open === desk.classList.contains("listing") || (open && !narrow.matches)) return;
  desk.classList.toggle("listing", open);
  tools.firstChild.setAttribute("aria-expanded", String(open));
  main.inert = open; // what the list covers cannot be reached by Tab
  (open ? list.element.querySelector("button") : tools.firstChild).focus();
}

/** A word, and the sign that stands for it where there is no room. */
const signed = (sign, word) => [
  h("span", { class: "sign", "aria-hidden": "true" }, sign),
  h("span", { class: "word" }, word),
];

const tools = h(
  "div",
  { class: "tools" },
  button(signed("☰", "Conversations"), () => drawer(!desk.classList.contains("listing")), {
    class: "quiet to-list",
    "aria-expanded": "false",
    "aria-controls": "rail",
  }),
  button(signed("+", "New conversation"), () => show(fresh()), { class: "quiet to-new" }),
  button("Shortcuts", () => help.showModal(), { class: "quiet to-help", "aria-label": "Keyboard shortcuts" }),
);

narrow.addEventListener("change", () => drawer(false));
onKeys({
  box: () => box.focus(),
  begin: () => show(fresh()),
  search: () => {
    drawer(true);
    list.search.focus();
  },
  source: (number) => act.open(talk.turns.at(-1)?.answer?.citations ?? [], number - 1, document.activeElement),
  help: () => help.showModal(),
  leave: () => {
    if (article.isOpen()) article.close();
    else if (desk.classList.contains("listing")) drawer(false);
    else stop();
  },
});

main.append(tools, turns, begin, box.element);
desk.append(list.element, main, article.panel, notice, help, gold.element);
talk = stored(opened()) ?? talk;
setOpened(talk.id);
whenShown("#chat", (root) => {
  root.append(desk);
  draw();
  turns.lastElementChild?.scrollIntoView({ block: "start" });
  box.focus();
});
welcome();

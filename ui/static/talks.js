// Conversations, kept in this browser and nowhere else. What was stored is checked when it is read: another page of this
// origin, or a hand, may have written it. Knows nothing of elements.

import { whole as limits } from "./filters.js";

const PREFIX = "byline.talk.";
const OPEN = "byline.open";
const TITLE = 80;

const text = (value) => (typeof value === "string" ? value : "");
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const list = (value, of) => (Array.isArray(value) ? value.filter((one) => one && typeof one === "object").map(of) : []);

const citation = (one) => ({
  marker: number(one.marker),
  article_id: text(one.article_id),
  title: text(one.title),
  name: text(one.name),
  publisher: text(one.publisher),
  author: text(one.author),
  published: text(one.published),
  url: text(one.url),
  quote: text(one.quote),
  start: number(one.start),
  end: number(one.end),
});
const finding = (one) => ({
  value: text(one.value),
  confidence: number(one.confidence),
  article_ids: Array.isArray(one.article_ids) ? one.article_ids.map(text) : [],
  citations: Array.isArray(one.citations) ? one.citations.map(number) : [],
});
const passage = (one) => ({
  article_id: text(one.article_id),
  start: number(one.start),
  end: number(one.end),
  score: number(one.score),
  ...("text" in one && {
    text: text(one.text),
    name: text(one.name),
    publisher: text(one.publisher),
    published: text(one.published),
  }),
});

const sentence = (one) => ({ text: text(one.text), supported: one.supported === true, reason: text(one.reason) });

/** An answer with every field there and of its type. */
function whole(one) {
  return {
    notice: text(one.notice),
    sentences: list(one.sentences, sentence),
    question: text(one.question),
    standalone_question: text(one.standalone_question),
    scope: text(one.scope),
    answer: text(one.answer),
    short_answer: text(one.short_answer),
    abstained: one.abstained === true,
    differ: one.differ === true,
    confidence: number(one.confidence),
    confidence_words: text(one.confidence_words),
    why: text(one.why),
    mode: text(one.mode),
    articles_read: number(one.articles_read),
    findings: list(one.findings, finding),
    citations: list(one.citations, citation),
    passages: list(one.passages, passage),
    seconds: {
      retrieve: number(one.seconds?.retrieve),
      read: number(one.seconds?.read),
      total: number(one.seconds?.total),
    },
  };
}

const judged = (one) => ({
  id: text(one.id),
  vote: ["up", "down"].includes(one.vote) ? one.vote : "",
  reason: text(one.reason),
  comment: text(one.comment),
  gold: text(one.gold),
});

const turn = (one) => ({
  question: text(one.question),
  asked: text(one.asked),
  error: text(one.error),
  filters: limits(one.filters),
  model: text(one.model),
  state: ["done", "failed"].includes(one.state) ? one.state : "stopped", // one that was being read is no longer
  answer: one.answer && typeof one.answer === "object" ? whole(one.answer) : null,
  feedback: one.feedback && typeof one.feedback === "object" ? judged(one.feedback) : null,
});

function read(key) {
  try {
    const stored = JSON.parse(localStorage.getItem(key));
    return {
      id: key.slice(PREFIX.length),
      title: text(stored.title),
      named: stored.named === true,
      created: text(stored.created),
      updated: text(stored.updated),
      turns: list(stored.turns, turn),
    };
  } catch {
    return null; // not ours
  }
}

/** A conversation without a question yet. */
export function fresh() {
  const now = new Date().toISOString();
  return {
    id: crypto.getRandomValues(new Uint32Array(2)).join("-"),
    title: "",
    named: false,
    created: now,
    updated: now,
    turns: [],
  };
}

/** Every conversation, the newest first. */
export function talks() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    return keys
      .map(read)
      .filter(Boolean)
      .sort((one, other) => other.updated.localeCompare(one.updated));
  } catch {
    return []; // this browser keeps nothing
  }
}

/** The conversation of that id, or null. */
export const talk = (id) => talks().find((one) => one.id === id) ?? null;

/** Keep it; tell whether the browser could. Its title is its first question, unless it was given one. */
export function keep(kept) {
  if (!kept.named) kept.title = (kept.turns[0]?.question ?? "").trim().replace(/\s+/g, " ").slice(0, TITLE);
  try {
    localStorage.setItem(PREFIX + kept.id, JSON.stringify(kept));
    return true;
  } catch {
    return false; // full, or switched off
  }
}

/** Forget it. */
export function forget(id) {
  localStorage.removeItem(PREFIX + id);
}

/** Those that say `words` somewhere: in the title, a question, an answer or a quote. */
export function matching(all, words) {
  const sought = words.trim().toLowerCase();
  if (!sought) return all;
  const says = (one) => [
    one.title,
    ...one.turns.flatMap(({ question, answer }) => [
      question,
      answer?.answer ?? "",
      ...(answer?.citations ?? []).flatMap((cited) => [cited.quote, cited.title, cited.publisher]),
    ]),
  ];
  return all.filter((one) => says(one).some((said) => said.toLowerCase().includes(sought)));
}

/** The id of the conversation that this tab had open, or null. */
export function opened() {
  try {
    return sessionStorage.getItem(OPEN);
  } catch {
    return null;
  }
}

/** Remember which conversation this tab has open, so that a reload shows it again. */
export function setOpened(id) {
  try {
    sessionStorage.setItem(OPEN, id);
  } catch {
    // then a reload begins a new one
  }
}

/** Call `use` when another tab keeps or forgets a conversation. */
export const onOtherTab = (use) => addEventListener("storage", (event) => event.key?.startsWith(PREFIX) && use());

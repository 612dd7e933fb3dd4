// A conversation as a file: Markdown, HTML or JSON, every answer with its citations. What an article or a question says
// is escaped in each, so that the file shows it and nothing in it runs or is fetched. Knows nothing of elements' looks.

import { day, marked, percent } from "./dom.js";
import { summary } from "./evidence.js";
import { chips } from "./filters.js";

const flat = (text) => text.replace(/\s+/g, " ").trim();
const web = (url) => /^https?:\/\/[^\s<>"'`\\]+$/i.test(url);

/** Outlet, title, day, author of a citation, those that are known. */
const byline = (one) =>
  [one.publisher, one.title || one.name, one.published && day(one.published), one.author].filter(Boolean).map(flat);

const how = ({ answer }) => [answer.confidence_words, percent(answer.confidence)].join(", ");
const answered = (turn) => Boolean(turn.answer?.answer);

/** An answer and its citations as plain text, for the clipboard. */
export function answerText({ question, answer }) {
  const cited = answer.citations.map(
    (one) => `[${one.marker}] “${flat(one.quote)}” (${[...byline(one), one.url].filter(Boolean).join(", ")})`,
  );
  const sure = answer.abstained ? answer.why : `Confidence: ${how({ answer })}.`;
  return [flat(question), flat(answer.answer), flat(sure), cited.join("\n")].filter(Boolean).join("\n\n");
}

/** What was said of a turn besides its answer, line by line. */
function remarks(turn) {
  const { answer, filters, question } = turn;
  const limits = chips(filters).map(({ words }) => words);
  return [
    answer && answer.standalone_question.trim() !== question.trim() ? `Read as: ${answer.standalone_question}` : "",
    answer?.scope ?? "",
    limits.length ? `Asked only of: ${limits.join(", ")}` : "",
  ].filter(Boolean);
}

const outcome = (turn) => (turn.error ? `No answer. ${turn.error}` : "Stopped before there was an answer.");
const verdict = ({ answer }) =>
  answer.abstained ? answer.why : `Confidence: ${how({ answer })}.${summary(answer) ? ` ${summary(answer)}.` : ""}`;

// ---- Markdown ----

/** Text that Markdown shows as it is, on one line: all that could begin markup or a link is escaped. */
const plain = (text) =>
  flat(text)
    .replace(/[\\`*_{}[\]()<>#|~&$!@"'^=]|:(?=\/)|(?<=www)\./gi, "\\$&")
    .replace(/^([-+]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
const markdownUrl = (url) => (web(url) ? `<${url}>` : plain(url));

/** The conversation as CommonMark. */
export function markdown(talk) {
  const turns = talk.turns.map((turn) => {
    const head = [`## ${plain(turn.question)}`, ...remarks(turn).map((line) => `*${plain(line)}*`)];
    if (!answered(turn)) return [...head, plain(outcome(turn))].join("\n\n");
    const text = marked(turn.answer.answer)
      .map(([part, marker]) => (marker === null ? plain(part) : ` \\[${marker}\\]`))
      .join("");
    const cited = turn.answer.citations.map(
      (one) =>
        `- \\[${one.marker}\\] “${plain(one.quote)}”  \n  ${[...byline(one).map(plain), markdownUrl(one.url)].filter(Boolean).join(", ")}  \n  ${plain(one.article_id)}, characters ${one.start} to ${one.end}`,
    );
    return [...head, text.trim(), plain(verdict(turn)), cited.join("\n")].filter(Boolean).join("\n\n");
  });
  return `# ${plain(talk.title)}\n\n${plain(origin(talk))}\n\n${turns.join("\n\n")}\n`;
}

const origin = (talk) =>
  `Asked of Byline on ${day(talk.created.slice(0, 10))}. Every sentence is quoted from an article; its place in it is given in characters.`;

// ---- HTML ----

const escaped = (text) => text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const htmlUrl = (url) =>
  web(url) ? `<a href="${escaped(url)}" rel="noopener noreferrer">${escaped(url)}</a>` : escaped(url);
const STYLE =
  "body{font:1.0625rem/1.6 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1c1e21;background:#fff;overflow-wrap:anywhere}" +
  "h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem}.small,li p{font-size:.9375rem;color:#565b62}blockquote{margin:.2rem 0;padding:0}ol{padding-left:0;list-style:none}";

/** The conversation as a page that stands alone: no script, nothing fetched. */
export function html(talk) {
  const turns = talk.turns.map((turn, place) => {
    const head = `<h2 dir="auto">${escaped(turn.question)}</h2>${remarks(turn)
      .map((line) => `<p class="small" dir="auto">${escaped(line)}</p>`)
      .join("")}`;
    if (!answered(turn)) return `${head}<p>${escaped(outcome(turn))}</p>`;
    const link = (marker) => `<a href="#c${place}-${marker}">[${marker}]</a>`;
    const text = marked(turn.answer.answer)
      .map(([part, marker]) => (marker === null ? escaped(part) : link(marker)))
      .join("");
    const cited = turn.answer.citations.map(
      (one) =>
        `<li id="c${place}-${one.marker}"><blockquote dir="auto">[${one.marker}] “${escaped(one.quote)}”</blockquote><p dir="auto">${[...byline(one).map(escaped), htmlUrl(one.url)].filter(Boolean).join(", ")}<br>${escaped(one.article_id)}, characters ${one.start} to ${one.end}</p></li>`,
    );
    return `${head}<p dir="auto">${text}</p><p class="small">${escaped(verdict(turn))}</p><ol>${cited.join("")}</ol>`;
  });
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`;
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">${policy}<meta name="viewport" content="width=device-width"><title>${escaped(talk.title)}</title><style>${STYLE}</style></head>\n<body><h1 dir="auto">${escaped(talk.title)}</h1><p class="small">${escaped(origin(talk))}</p>\n${turns.join("\n")}\n</body></html>\n`;
}

// ---- JSON ----

/** The conversation as data: each answer as `byline ask --json` has it, and the page's own fields. */
export function json(talk) {
  const { title, created, updated, turns } = talk;
  return `${JSON.stringify({ format: "byline-conversation", version: 1, title, created, updated, turns }, null, 2)}\n`;
}

const KINDS = {
  Markdown: ["md", "text/markdown", markdown],
  HTML: ["html", "text/html", html],
  JSON: ["json", "application/json", json],
};

/** The names of the kinds. */
export const kinds = Object.keys(KINDS);

/** Hand the visitor the conversation as a file of that kind. */
export function download(talk, kind) {
  const [ending, type, write] = KINDS[kind];
  const url = URL.createObjectURL(new Blob([write(talk)], { type: `${type};charset=utf-8` }));
  const name =
    flat(talk.title)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || "conversation";
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

// The page's way to its server: Gradio's documented calls, POST gradio_api/call/NAME and then its stream of events.
// Knows nothing of what is asked.

const BUG = "Something went wrong inside Byline; the details are in its terminal. You may ask again.";
const GONE = "Byline does not answer. Is it still running in its terminal? Start it, then ask again.";
const BUSY = "Byline is busy: too many questions are waiting. Ask again in a moment.";

/** Why a call has no result, in a line for the visitor. */
export class Failed extends Error {}

const address = (path) => new URL(`../gradio_api/call/${path}`, import.meta.url);

async function reached(request) {
  try {
    return await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(GONE);
  }
}

/** Yield what the endpoint yields. Aborting `signal` ends it with an AbortError, and the server's work too. */
export async function* stream(name, data, signal) {
  const headers = { "Content-Type": "application/json" };
  const joined = await reached(
    fetch(address(name), { method: "POST", headers, body: JSON.stringify({ data }), signal }),
  );
  if (joined.status === 413) throw new Failed("That is too much text at once. Shorten the question.");
  if (joined.status === 503) throw new Failed(BUSY);
  if (!joined.ok) throw new Failed(BUG);
  const { event_id: id } = await joined.json();
  const events = await reached(fetch(address(`${name}/${encodeURIComponent(id)}`), { signal }));
  if (!events.ok) throw new Failed(BUG);
  let [ended, yielded] = [false, false];
  for await (const { event, data: sent } of parsed(events.body)) {
    if (event === "error") throw new Failed(BUG);
    if (event === "generating") {
      yielded = true;
      yield sent[0];
    }
    if (event === "complete") {
      ended = true;
      if (!yielded) yield sent[0]; // of a generator it is its last once more
    }
  }
  if (!ended) throw new Failed(GONE);
}

/** The one result of an endpoint. */
export async function call(name, data) {
  let result;
  for await (result of stream(name, data));
  return result;
}

/** The events of a server-sent stream. */
async function* parsed(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reached(reader.read());
    if (done) return;
    waiting += value;
    const blocks = waiting.split("\n\n");
    waiting = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const of = (field) => lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2);
      yield { event: of("event"), data: JSON.parse(of("data") ?? "null") };
    }
  }
}

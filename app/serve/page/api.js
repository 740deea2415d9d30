// Requests to the server that the page came from. A full server, or one that cannot be reached, is asked again until it answers or the
// request is aborted; `say` is told meanwhile. What it refuses is thrown.

const LONGEST_WAIT = 30;      // seconds
const LARGEST_BATCH = 20_000; // characters of a request, so that what is lost with a connection is little
let batch = LARGEST_BATCH;
let key = "";

export function useKey(text) { key = text; }

// charLimit: what the server takes at once, 0 or less for whatever comes.
export function useLimit(charLimit) { batch = charLimit > 0 ? Math.min(charLimit, LARGEST_BATCH) : LARGEST_BATCH; }

class Refused extends Error {}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

async function refusal(response) {
  const answer = await response.json().catch(() => ({}));
  return new Refused(answer.error ?? `The server answers ${response.status}.`);
}

async function waitAndSay(what, attempt, least, { signal, say }) {
  const seconds = Math.min(Math.max(least || 1, 2 ** attempt), LONGEST_WAIT);
  say?.(`${what} Trying again in ${seconds} s.`);
  await pause(seconds, signal);
}

async function send(path, options, watch = {}) {
  for (let attempt = 0; ; ++attempt) {
    const response = await fetch(path, { ...options, signal: watch.signal }).catch(error => {
      if (watch.signal?.aborted) throw error;
    });
    if (response?.ok) return response;
    if (!response) await waitAndSay("The server cannot be reached.", attempt, 1, watch);
    else if (response.status !== 429 && response.status !== 503) throw await refusal(response);
    else await waitAndSay("The server is busy.", attempt, Number(response.headers.get("Retry-After")), watch);
  }
}

const sendJson = (path, body, watch) => send(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(key ? { ...body, api_key: key } : body) }, watch);

export const get = async path => (await send(path)).json();
export const post = async (path, body, watch) => (await sendJson(path, body, watch)).json();

export async function translateFile(file, source, target, watch) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ file, source, target, ...(key && { api_key: key }) })) body.append(name, value);
  const answer = await (await send("translate_file", { method: "POST", body }, watch)).json();
  return answer.translatedFileUrl;
}

// Server-sent events, of which the server sends a name and one line of JSON each.
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    buffer += value.replaceAll("\r", "");
    const whole = buffer.split("\n\n");
    buffer = whole.pop();
    for (const event of whole) {
      const name = /^event: ?(.*)$/m.exec(event), data = /^data: ?(.*)$/m.exec(event);
      if (name && data) yield [name[1], JSON.parse(data[1])];
    }
  }
}

function batchFrom(lines, first) {
  let end = first + 1;
  for (let size = lines[first].length; end < lines.length && (size += lines[end].length + 1) <= batch;) ++end;
  return lines.slice(first, end);
}

// Returns what the server says of all lines at the end. The lines that an answer has before its connection is lost have been told; then
// it throws a TypeError, or returns null.
async function translateBatch(lines, request, onLine, watch) {
  const response = await sendJson("v1/translate", { ...request, text: lines.join("\n"), stream: true }, watch);
  for await (const [name, data] of events(response.body)) {
    if (name === "line") onLine(data.line - 1, data);
    if (name === "error") throw new Refused(data.error);
    if (name === "done") return data;
  }
  return null;
}

// Calls onLine(index, result) with each of the lines, in order, as they come from the server. Returns what it says of all of them.
export async function translateLines(lines, request, onLine, watch) {
  let done = null;
  for (let next = 0, attempt = 0; next < lines.length;) {
    const first = next, some = batchFrom(lines, first);
    const tell = (index, result) => { next = first + index + 1; onLine(first + index, result); };
    done = await translateBatch(some, request, tell, watch).catch(error => {
      if (watch.signal?.aborted || !(error instanceof TypeError)) throw error;
      return null;
    });
    if (done) next = first + some.length;
    attempt = next > first ? 0 : attempt + 1;
    if (!done) await waitAndSay("The connection was lost.", attempt, 1, watch);
  }
  return done;
}

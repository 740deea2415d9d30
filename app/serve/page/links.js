// Which words of the two sides belong together, shown for the word under the pointer or with the focus.

import { byId, wordsOf } from "./dom.js";
import { best, indexOfLine, lineOf } from "./translation.js";

const text = byId("text"), mirror = byId("mirror"), output = byId("translation");
const canHighlight = "highlights" in CSS;
let pointed = false;  // the pointer shows links; the caret does not take them away

export function unlink() {
  for (const word of output.querySelectorAll(".linked")) word.classList.remove("linked");
  if (canHighlight) CSS.highlights.delete("linked");
}

function startOfLine(index) {
  return text.value.split("\n", index).reduce((start, line) => start + line.length + 1, 0);
}

function highlightSource(index, wanted) {
  const start = startOfLine(index), words = wordsOf(text.value.split("\n", index + 1)[index] ?? "");
  const ranges = words.filter((_, i) => wanted.has(i)).map(word => {
    const range = new Range();
    range.setStart(mirror.firstChild, start + word.start);
    range.setEnd(mirror.firstChild, start + word.start + word.text.length);
    return range;
  });
  if (canHighlight) CSS.highlights.set("linked", new Highlight(...ranges));
}

// side: 0 if `word` is one of the text, 1 of the translation.
function link(index, word, side) {
  unlink();
  const line = output.children[index], pairs = line?.result && !line.classList.contains("pending") ? best(line.result).alignment ?? [] : [];
  const linked = new Set(pairs.filter(pair => pair[side] === word).map(pair => pair[1 - side]));
  const [sources, targets] = side === 0 ? [new Set([word]), linked] : [linked, new Set([word])];
  if (linked.size === 0) return;
  highlightSource(index, sources);
  for (const span of line.querySelectorAll(".word")) span.classList.toggle("linked", targets.has(Number(span.dataset.word)));
}

export function linkWord(word) {
  link(indexOfLine(lineOf(word)), Number(word.dataset.word), 1);
}

function linkOffset(offset) {
  const before = text.value.slice(0, offset), index = before.split("\n").length - 1;
  const column = offset - (before.lastIndexOf("\n") + 1);
  const word = wordsOf(text.value.split("\n", index + 1)[index]).findIndex(({ start, text }) => start <= column && column <= start + text.length);
  if (word < 0) unlink();
  else link(index, word, 0);
}

// Where in the text the pointer is, or null.
function offsetAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  return caret && (caret.offsetNode === text || text.contains(caret.offsetNode)) ? caret.offset : null;
}

export function startLinks() {
  output.addEventListener("pointerover", event => {
    const word = event.target.closest(".word");
    pointed = word !== null;
    if (word) linkWord(word);
    else unlink();
  });
  output.addEventListener("focusin", event => { if (event.target.matches(".word")) linkWord(event.target); });
  output.addEventListener("focusout", () => { if (!pointed) unlink(); });
  text.addEventListener("pointermove", event => {
    const offset = event.pointerType === "mouse" ? offsetAt(event.clientX, event.clientY) : null;
    pointed = offset !== null;
    if (pointed) linkOffset(offset);
  });
  for (const side of [text, output]) side.addEventListener("pointerleave", () => { pointed = false; unlink(); });
  // Keys that move the caret show links, too; typing does not.
  text.addEventListener("keyup", event => {
    if (/^(Arrow|Home|End|Page)/.test(event.key) && text.selectionStart === text.selectionEnd) linkOffset(text.selectionStart);
  });
  text.addEventListener("input", unlink);
  text.addEventListener("blur", () => { if (!pointed) unlink(); });
}

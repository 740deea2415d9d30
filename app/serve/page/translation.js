// The translation as it stands on the page: a line of the text is a line here, a word of it something to point at.

import { byId, make, wordsOf } from "./dom.js";

const output = byId("translation");
const UNSURE = 0.6, DOUBTFUL = 0.3;  // of words' estimates: how probably they agree with a reference
const WITHOUT_BLANKS = ["zh", "ja", "th", "lo", "km", "my"];

export const BLANK = { translations: [{ text: "" }] };
export const best = result => result.translations[0];

// What can be pointed at in a word: itself, or its parts where a language writes no blanks.
function partsOf(word, language) {
  if (!WITHOUT_BLANKS.includes(language.split("-")[0])) return [{ text: word.text, start: word.start }];
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  return [...segmenter.segment(word.text)].map(part => ({ text: part.segment, start: word.start + part.index }));
}

const bare = word => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").toLowerCase();

// How each word is to be marked. Estimates are of the words that the model wrote: where others stand now they say nothing, and nothing
// of terms that the reader has asked for.
function marksOf(result, words) {
  const estimates = best(result).words ?? [];
  const asked = new Set((result.terms ?? []).flatMap(term => term.forms).flatMap(form => wordsOf(form)).map(({ text }) => bare(text)));
  const known = estimates.length === words.length && words.every((word, i) => word.text === estimates[i].text);
  return words.map((word, i) => {
    const quality = known && !asked.has(bare(word.text)) ? estimates[i].quality ?? 1 : 1;
    return quality < DOUBTFUL ? "doubtful" : quality < UNSURE ? "unsure" : "sure";
  });
}

function fill(line, result) {
  line.classList.toggle("pending", result === undefined);
  if (result === undefined || line.result === result) return;
  line.result = result;
  const { text } = best(result), words = wordsOf(text), marks = marksOf(result, words), children = [];
  let end = 0;
  words.forEach((word, index) => {
    for (const part of partsOf(word, output.lang)) {
      if (part.start > end) children.push(text.slice(end, part.start));
      const span = document.createElement("span");
      span.className = `word ${marks[index]}`;
      span.textContent = part.text;
      Object.assign(span.dataset, { word: index, start: part.start });
      children.push(span);
      end = part.start + part.text.length;
    }
  });
  // A blank line stays one when it is selected and copied.
  line.replaceChildren(...(text === "" ? [document.createElement("br")] : [...children, text.slice(end)]));
}

const stands = (line, result) => result !== undefined && line.result === result;

// results: one for each line of the text, undefined where it is not there yet. Lines that stand already are left alone, so
// that a screen reader reads only what is new. choosable: whether a word can be asked what else could stand there.
export function showTranslation(results, choosable) {
  const lines = output.children, common = Math.min(lines.length, results.length);
  if (lines.length === 0) output.replaceChildren();
  let head = 0, tail = 0;
  while (head < common && stands(lines[head], results[head])) ++head;
  while (tail < common - head && stands(lines[lines.length - 1 - tail], results[results.length - 1 - tail])) ++tail;
  while (lines.length > results.length) lines[head].remove();
  while (lines.length < results.length) {
    const line = document.createElement("span");
    line.className = "line";
    line.dir = "auto";
    output.insertBefore(line, lines[head] ?? null);
  }
  for (let i = head; i < results.length - tail; ++i) fill(lines[i], results[i]);
  const changes = output.classList.contains("choosable") !== choosable;
  output.classList.toggle("choosable", choosable);
  if (changes || !output.querySelector(".word[tabindex='0']")) offerWord(firstWord());
}

export const hasEstimates = results => results.some(result => result && best(result).words?.some(word => word.quality !== undefined));
export const textOfTranslation = () => [...output.children].map(line => line.textContent).join("\n");

export const isChoosable = () => output.classList.contains("choosable");
export const lineOf = word => word.closest(".line");
export const indexOfLine = line => [...output.children].indexOf(line);

// One word is in the order of the tab key; the arrow keys go on from there.
function offerWord(word) {
  for (const old of output.querySelectorAll(".word[tabindex]")) {
    for (const name of ["tabindex", "role", "aria-haspopup"]) old.removeAttribute(name);
  }
  word?.setAttribute("tabindex", "0");
  if (!isChoosable()) return;
  word?.setAttribute("role", "button");
  word?.setAttribute("aria-haspopup", "dialog");
}

export function focusWord(word) {
  if (!word) return;
  offerWord(word);
  word.focus();
}

export const firstWord = () => output.querySelector(".word[tabindex='0']") ?? output.querySelector(".word");

// The word nearest to this one in the row above or below it.
function inOtherRow(word, words, down) {
  const box = word.getBoundingClientRect(), middle = box.left + box.width / 2;
  let nearest = null, row = null, distance = Infinity;
  for (const other of down ? words.slice(words.indexOf(word)) : words.slice(0, words.indexOf(word)).reverse()) {
    const place = other.getBoundingClientRect();
    if (down ? place.top <= box.top + 2 : place.top >= box.top - 2) continue;
    row ??= place.top;
    if (Math.abs(place.top - row) > 2) break;
    const away = Math.abs(place.left + place.width / 2 - middle);
    if (away < distance) [nearest, distance] = [other, away];
  }
  return nearest;
}

// The word that a key leads to; null if the key is not one of those.
export function wordBy(key, word) {
  const words = [...output.querySelectorAll(".word")], at = words.indexOf(word);
  const leftward = getComputedStyle(lineOf(word)).direction === "rtl" ? 1 : -1;
  switch (key) {
    case "ArrowLeft": return words[at + leftward] ?? word;
    case "ArrowRight": return words[at - leftward] ?? word;
    case "ArrowUp": return inOtherRow(word, words, false) ?? word;
    case "ArrowDown": return inOtherRow(word, words, true) ?? word;
    case "Home": return words[0];
    case "End": return words.at(-1);
    default: return null;
  }
}

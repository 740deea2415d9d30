// The page: what is typed is translated as it is typed, line by line; what a line was translated as is remembered, so that a change
// costs the line that it is in.

import { byId, recall, remember, say } from "./dom.js";
import { get, post, translateLines, useKey, useLimit } from "./api.js";
import { forgetDetected, languagesOf, sourceLanguage, startLanguages, swapLanguages, targetLanguage } from "./languages.js";
import { glossaryRequest, showGlossary, startGlossary } from "./glossary.js";
import { best, BLANK, firstWord, focusWord, hasEstimates, indexOfLine, isChoosable, lineOf, showTranslation, textOfTranslation, wordBy } from "./translation.js";
import { startLinks, unlink } from "./links.js";
import { openAlternatives, startAlternatives } from "./alternatives.js";
import { startFiles } from "./files.js";

const PAUSE = 250;          // milliseconds without a key until the text is translated
const REMEMBERED = 5_000;   // lines
const LONG = 600;           // characters from which on the letters are smaller
const text = byId("text"), output = byId("translation");
const choices = new Map();  // of two languages: whether their model knows what else could stand at a word
const memory = new Map();   // of a line, its languages and the glossary: what it was translated as
let settings = { charLimit: -1, supportedFilesFormat: [] };
let timer, running = null;

const lengthOf = string => { let length = 0; for (const _ of string) ++length; return length; };
const isText = line => line.trim() !== "";
const keyOf = line => JSON.stringify([sourceLanguage(), targetLanguage(), glossaryRequest(), line]);
const pairKey = () => JSON.stringify([sourceLanguage(), targetLanguage()]);
const keep = (key, result) => {
  memory.set(key, result);
  if (memory.size > REMEMBERED) memory.delete(memory.keys().next().value);
};

function show() {
  // What all keys begin with is made once: a text may have many lines.
  const frame = keyOf("").slice(0, -'""]'.length);
  const results = text.value === "" ? [] : text.value.split("\n").map(line => isText(line) ? memory.get(`${frame}${JSON.stringify(line)}]`) : BLANK);
  output.lang = targetLanguage();
  text.lang = sourceLanguage() ?? "";
  showTranslation(results, choices.get(pairKey()) ?? true);
  byId("copy").hidden = results.length === 0;
  byId("shade-choice").hidden = !hasEstimates(results);
}

let drawing = null;
const showSoon = () => { drawing ??= requestAnimationFrame(() => { drawing = null; show(); }); };

// Returns how many characters the text has too many.
function showCount() {
  const length = lengthOf(text.value), limit = settings.charLimit, over = limit > 0 ? length - limit : 0;
  const count = byId("count");
  count.textContent = limit > 0 ? `${length.toLocaleString()} / ${limit.toLocaleString()}` : length > 0 ? `${length.toLocaleString()} characters` : "";
  count.classList.toggle("over", over > 0);
  byId("clear").hidden = length === 0;
  document.documentElement.classList.toggle("long", length > LONG);
  return over;
}

function textChanged() {
  byId("mirror").textContent = `${text.value}\n`;
  showCount();
  schedule(PAUSE);
}

function schedule(pause) {
  clearTimeout(timer);
  timer = setTimeout(translate, pause);
}

async function translateMissing(watch) {
  const over = showCount();
  if (over > 0) throw new Error(`The text is too long for this server by ${over.toLocaleString()} characters. Files may be longer.`);
  if (settings.keyRequired && byId("key").value === "") throw new Error("The key is to be given above.");
  const languages = await languagesOf(text.value, watch);
  showGlossary();
  show();
  const missing = [...new Set(text.value.split("\n").filter(line => isText(line) && !memory.has(keyOf(line))))];
  const keys = missing.map(keyOf), pair = pairKey();
  const done = await translateLines(missing, { ...languages, ...glossaryRequest(), alignment: true, quality: true }, (index, result) => {
    keep(keys[index], result);
    showSoon();
  }, watch);
  if (done) choices.set(pair, done.alternatives ?? true);
  showSoon();
}

// A request that is at work is of no use once there is another text.
async function translate() {
  clearTimeout(timer);
  running?.abort();
  const controller = running = new AbortController();
  if (!isText(text.value)) {
    forgetDetected();
    show();
    return say("");
  }
  try {
    await translateMissing({ signal: controller.signal, say });
    say(lackingTerms());
  } catch (error) {
    if (controller.signal.aborted) return;
    say(error.message, true);
  }
}

function lackingTerms() {
  const lacking = new Set();
  for (const line of output.children) for (const term of line.result?.terms ?? []) if (!term.found) lacking.add(term.source);
  return lacking.size > 0 ? `Not in the translation: ${[...lacking].join(", ")}` : "";
}

function chooseAlternative(word) {
  const line = lineOf(word), index = indexOfLine(line), shown = line.textContent, source = text.value.split("\n")[index];
  if (!isChoosable() || line.classList.contains("pending") || source === undefined) return;
  const key = keyOf(source), old = memory.get(key), wordIndex = word.dataset.word;
  const ask = async (prefix, alternatives, signal) => {
    const languages = { source_lang: sourceLanguage(), target_lang: targetLanguage() };
    const answer = await post("v1/translate", { ...languages, ...glossaryRequest(), text: source, prefix, alternatives, alignment: true, quality: true }, { signal });
    return answer.translations[0].lines[0].translations;
  };
  openAlternatives(word, shown.slice(0, Number(word.dataset.start)), shown, ask, translation => {
    keep(key, { ...old, translations: [translation] });
    show();
    focusWord(output.children[index]?.querySelector(`.word[data-word="${wordIndex}"]`));
  });
}

async function copy() {
  const copied = textOfTranslation();
  try {
    await navigator.clipboard.writeText(copied);
  } catch {
    // Pages without TLS have no clipboard but that of what is selected.
    getSelection().selectAllChildren(output);
    document.execCommand("copy");
    getSelection().removeAllRanges();
  }
  byId("copy").textContent = "Copied";
  setTimeout(() => { byId("copy").textContent = "Copy"; }, 1500);
}

function swap() {
  const translated = textOfTranslation();
  if (!swapLanguages()) return;
  if (isText(translated)) text.value = translated;
  textChanged();
  schedule(0);
}

function startTranslation() {
  output.addEventListener("click", event => {
    const word = event.target.closest(".word");
    if (word && getSelection().isCollapsed) chooseAlternative(word);
  });
  output.addEventListener("keydown", event => {
    const word = event.target.closest(".word");
    if (!word || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = wordBy(event.key, word);
    if (next) focusWord(next);
    else if (event.key === "Enter" || event.key === " ") chooseAlternative(word);
    else if (event.key === "Escape") text.focus();
    else return;
    event.preventDefault();
  });
  const shade = byId("shade");
  shade.checked = recall("shade", true);
  const showShade = () => output.classList.toggle("shaded", shade.checked);
  shade.addEventListener("change", () => { remember("shade", shade.checked); showShade(); });
  showShade();
}

function startKeys() {
  addEventListener("keydown", event => {
    const writing = event.target.matches("textarea, input, select"), control = event.ctrlKey || event.metaKey;
    if (control && event.key === "Enter") translate().then(() => focusWord(firstWord()));
    else if (control && event.shiftKey && event.key.toLowerCase() === "s") swap();
    else if (control && event.key.toLowerCase() === "c" && output.contains(event.target) && getSelection().isCollapsed) copy();
    else if (!writing && !control && event.key === "/") text.focus();
    else if (!writing && !control && event.key === "?") byId("keys").togglePopover();
    else return;
    event.preventDefault();
  });
}

function startTheme() {
  const root = document.documentElement, button = byId("dark"), system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const showTheme = () => { button.textContent = isDark() ? "Light mode" : "Dark mode"; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember("theme", root.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();
}

function startKey() {
  const key = byId("key");
  byId("key-choice").hidden = !settings.keyRequired;
  useKey(key.value = recall("key", ""));
  key.addEventListener("input", () => {
    useKey(key.value);
    remember("key", key.value);
    schedule(PAUSE);
  });
}

async function start() {
  startTheme();
  startKeys();
  startTranslation();
  startLinks();
  startAlternatives();
  text.addEventListener("input", textChanged);
  byId("translator").addEventListener("submit", event => { event.preventDefault(); translate(); });
  byId("swap").addEventListener("click", swap);
  byId("copy").addEventListener("click", copy);
  byId("clear").addEventListener("click", () => { text.value = ""; textChanged(); schedule(0); text.focus(); });
  const [known, said] = await Promise.all([get("languages"), get("frontend/settings")]);
  settings = said;
  useLimit(settings.charLimit);
  startKey();
  // An address may say what is to be translated, as a browser's own search does: ?source=en&target=de&q=TEXT
  const asked = new URLSearchParams(location.search);
  if (text.value === "") text.value = asked.get("q") ?? "";
  startLanguages(known, [asked.get("source"), asked.get("target")], () => { showGlossary(); schedule(0); });
  startGlossary(() => schedule(2 * PAUSE));
  startFiles(settings.filesTranslation ? settings.supportedFilesFormat : [], {
    languagesOf, request: glossaryRequest, documentLanguages: () => ({ source: byId("source").value, target: targetLanguage() }) });
  textChanged();
  schedule(0);
}

start();

// The two languages: which go together, which one the text is in, and their swap.

import { byId, recall, remember } from "./dom.js";
import { post } from "./api.js";

const source = byId("source"), target = byId("target");
const autoOption = source.querySelector("option[value=auto]");
const autoText = autoOption?.textContent;
let languages = [];
let detected = null;  // the language of the text, where it is looked for

const nameOf = code => languages.find(language => language.code === code)?.name ?? code;
// What a language can be translated into, itself left out.
function targetsOf(code) {
  const targets = languages.find(language => language.code === code)?.targets ?? [...target.options].map(option => option.value);
  return targets.filter(other => other !== code);
}

export const sourceLanguage = () => source.value === "auto" ? detected : source.value;
export const targetLanguage = () => target.value;

// Only what the source can be translated into can be chosen.
function fitTarget() {
  const targets = targetsOf(sourceLanguage());
  for (const option of target.options) option.disabled = option.hidden = !targets.includes(option.value);
  if (!targets.includes(target.value) && targets.length > 0) target.value = targets[0];
}

function showDetected() {
  if (autoOption) autoOption.textContent = detected && source.value === "auto" ? `${nameOf(detected)} (auto)` : autoText;
}

function showSwap() {
  const from = sourceLanguage();
  byId("swap").disabled = !from || !targetsOf(target.value).includes(from);
}

function update() {
  showDetected();
  fitTarget();
  showSwap();
}

// Both languages of the text; asks the server where the source is to be detected. Throws an Error if it cannot tell.
export async function languagesOf(text, watch) {
  if (source.value === "auto") {
    const [best] = await post("detect", { q: text }, watch);
    const known = best && best.confidence > 0 && languages.some(language => language.code === best.language);
    if (!known && !detected) throw new Error("The language of the text is not clear yet. It can be chosen above.");
    if (known) detected = best.language;
    update();
  }
  return { source_lang: sourceLanguage(), target_lang: target.value };
}

export function forgetDetected() {
  detected = null;
  update();
}

// What was the target becomes the source. Returns whether they go together that way round.
export function swapLanguages() {
  if (byId("swap").disabled) return false;
  const from = sourceLanguage();
  source.value = target.value;
  target.value = from;
  fitTarget();
  target.value = from;
  changed();
  return true;
}

let onChange = () => {};
function changed() {
  remember("languages", [source.value, target.value]);
  update();
  onChange();
}

// known: what GET /languages says. asked: two languages, or nothing for those of the last visit.
export function startLanguages(known, asked, listener) {
  languages = known;
  onChange = listener;
  const last = recall("languages", []);
  const [from, into] = asked.map((code, i) => code ?? last[i]);
  if ([...source.options].some(option => option.value === from)) source.value = from;
  if (targetsOf(sourceLanguage()).includes(into)) target.value = into;
  for (const select of [source, target]) select.addEventListener("change", changed);
  update();
}

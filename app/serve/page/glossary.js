// Terms and their translations, kept in this browser for each target language.

import { byId, recall, remember } from "./dom.js";
import { targetLanguage } from "./languages.js";

const box = byId("glossary");

// "term = translation", "term = one | another", "term": what /v1/translate takes.
export function parseGlossary(text) {
  const terms = {};
  for (const line of text.split("\n")) {
    const [, term, rest] = /^([^=]*)(?:=(.*))?$/.exec(line);
    const forms = (rest ?? "").split("|").map(form => form.trim()).filter(form => form);
    if (term.trim()) terms[term.trim()] = forms.length > 1 ? forms : forms[0] ?? null;
  }
  return terms;
}

// What a request says of terms: nothing where there are none.
export function glossaryRequest() {
  const terms = parseGlossary(box.value);
  return Object.keys(terms).length > 0 ? { terms } : {};
}

function showCount() {
  const count = Object.keys(parseGlossary(box.value)).length;
  byId("glossary-count").textContent = count > 0 ? `${count} term${count === 1 ? "" : "s"}` : "";
}

let shownFor = null;

// Shows the terms of the language that is translated into now.
export function showGlossary() {
  if (shownFor === targetLanguage()) return;
  shownFor = targetLanguage();
  box.value = recall(`glossary.${shownFor}`, "");
  showCount();
}

export function startGlossary(onChange) {
  showGlossary();
  box.addEventListener("input", () => {
    remember(`glossary.${shownFor}`, box.value);
    showCount();
    onChange();
  });
}

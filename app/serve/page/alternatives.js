// What else could stand at a word of the translation: a list beside the word.

import { byId, make, wordsOf } from "./dom.js";

const list = byId("alternatives");
const COUNT = 8;
const EDGE = 8;  // pixels between the list and the window's edges
let running = null;

function place(word) {
  const box = word.getBoundingClientRect(), width = list.offsetWidth, height = list.offsetHeight;
  const below = box.bottom + 4, above = box.top - 4 - height;
  list.style.left = `${Math.max(EDGE, Math.min(box.left - 12, innerWidth - width - EDGE))}px`;
  list.style.top = `${below + height <= innerHeight - EDGE || above < EDGE ? below : above}px`;
}

function showChoices(word, prefix, shown, translations, onChoose) {
  list.replaceChildren();
  const others = translations.filter((translation, i) =>
    translation.text !== shown && translations.findIndex(({ text }) => text === translation.text) === i);
  make("p", list, others.length > 0 ? `Instead of “${word.textContent}”` : `Nothing else is likely instead of “${word.textContent}”.`);
  for (const translation of others) {
    const rest = translation.text.startsWith(prefix) ? translation.text.slice(prefix.length) : translation.text;
    const first = wordsOf(rest)[0] ?? { start: 0, text: rest };
    const button = make("button", list, undefined, { type: "button", dir: "auto", title: translation.text });
    make("b", button, rest.slice(0, first.start + first.text.length));
    button.append(rest.slice(first.start + first.text.length));
    button.addEventListener("click", () => { list.hidePopover(); onChoose(translation); });
  }
}

// Asks for what else could stand at `word` behind `prefix`, of a line of which `shown` is the translation now.
// ask(prefix, count, signal) answers with translations; onChoose gets the one that is chosen.
export async function openAlternatives(word, prefix, shown, ask, onChoose) {
  running?.abort();
  const controller = running = new AbortController();
  list.replaceChildren();
  make("p", list, "Looking for others …");
  list.showPopover();
  place(word);
  try {
    showChoices(word, prefix, shown, await ask(prefix, COUNT, controller.signal), onChoose);
  } catch (error) {
    if (controller.signal.aborted) return;
    list.replaceChildren();
    make("p", list, error.message);
  }
  place(word);
  list.querySelector("button")?.focus();
}

export function startAlternatives() {
  list.addEventListener("keydown", event => {
    const buttons = [...list.querySelectorAll("button")], at = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  });
  list.addEventListener("toggle", event => { if (event.newState === "closed") running?.abort(); });
  addEventListener("scroll", () => list.hidePopover(), { passive: true });
}

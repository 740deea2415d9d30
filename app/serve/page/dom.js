// What the other modules share: elements, and what this browser remembers from one visit to the next.

export const byId = id => document.getElementById(id);

export function make(name, parent, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

// One calm line for whatever is to be said; nothing is said twice in a row to those who listen to it.
export function say(text, wrong = false) {
  const status = byId("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("wrong", wrong);
}

export function recall(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`dragoman.${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`dragoman.${name}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing: it holds until the page is left.
  }
}

// Words are what ASCII white space separates, as in the links that the server tells.
export const wordsOf = text => [...text.matchAll(/[^ \t\n\v\f\r]+/g)].map(found => ({ text: found[0], start: found.index }));

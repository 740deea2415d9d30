// Files that are dropped or chosen: plain text goes line by line, with progress; what has a form of its own is the server's to read.

import { byId, make } from "./dom.js";
import { translateFile, translateLines } from "./api.js";
import { best } from "./translation.js";

const PLAIN = ["txt", "text", "md", "markdown"];
const list = byId("files");
let formats = [];
let queue = Promise.resolve();  // one file at a time, in their order

const endingOf = name => /\.([^.]+)$/.exec(name)?.[1].toLowerCase() ?? "";
// As the server names what it translates.
const translatedName = (name, language) => name.replace(/(\.[^.]+)?$/, ending => `.${language}${ending}`);

function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("it is not UTF-8 text.");
  }
}

async function translateText(bytes, languagesOf, request, row, watch) {
  // Lines as the server divides them, each with its end.
  const parts = [...textOf(bytes).matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)].map(([, line, end]) => [line, end]);
  const filled = parts.flatMap(([line], i) => line.trim() ? [i] : []);
  const languages = await languagesOf(filled.slice(0, 20).map(i => parts[i][0]).join("\n").slice(0, 2000), watch);
  row.progress.max = filled.length;
  await translateLines(filled.map(i => parts[i][0]), { ...languages, ...request() }, (index, result) => {
    parts[filled[index]][0] = best(result).text;
    row.progress.value = index + 1;
    row.told.textContent = `${index + 1} of ${filled.length} lines`;
  }, watch);
  const result = new Blob([parts.map(part => part.join("")).join("")], { type: "text/plain;charset=utf-8" });
  return [URL.createObjectURL(result), languages.target_lang];
}

// The server may know itself by another name than the browser does, behind a proxy: what counts is the path.
async function translateDocument(bytes, name, documentLanguages, watch) {
  const { source, target } = documentLanguages();
  const url = new URL(await translateFile(new File([bytes], name), source, target, watch), location.href);
  return [url.origin === location.origin ? url.href : url.pathname + url.search, target];
}

function addRow(file) {
  const item = make("li", list);
  make("b", item, file.name);
  const progress = make("progress", item, undefined, { "aria-label": `Progress of ${file.name}` });
  const told = make("span", item, "", { role: "status" });
  const button = make("button", item, "Cancel", { type: "button", class: "plain", "aria-label": `Cancel ${file.name}` });
  return { item, progress, told, button };
}

async function translateOne(file, row, signal, tools) {
  const watch = { signal, say: text => { row.told.textContent = text; } };
  try {
    signal.throwIfAborted();
    const ending = endingOf(file.name);
    const plain = PLAIN.includes(ending);
    if (!plain && !formats.includes(ending)) throw new Error(`it must be one of ${[...new Set([...PLAIN, ...formats])].join(", ")}.`);
    const bytes = await file.arrayBuffer().catch(() => { throw new Error("it cannot be read."); });
    row.told.textContent = "Translating …";
    const [href, language] = plain ? await translateText(bytes, tools.languagesOf, tools.request, row, watch)
      : await translateDocument(bytes, file.name, tools.documentLanguages, watch);
    row.told.textContent = "";
    const name = translatedName(file.name, language);
    make("a", row.item, `Download ${name}`, { href, download: name });
  } catch (error) {
    row.told.textContent = signal.aborted ? "" : `This file was not translated: ${error.message}`;
  }
  row.progress.remove();
  row.button.textContent = "Remove";
  row.button.setAttribute("aria-label", `Remove ${file.name}`);
  if (signal.aborted) row.item.remove();
  else row.item.append(row.button);
}

function add(file, tools) {
  const row = addRow(file), controller = new AbortController();
  let work = null;
  row.button.addEventListener("click", () => {
    controller.abort();
    const link = row.item.querySelector("a");
    if (link?.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
    row.item.remove();
  });
  work = queue = queue.then(() => translateOne(file, row, controller.signal, tools));
  return work;
}

// tools: languagesOf(text, watch), documentLanguages() and request(), which say how to translate.
export function startFiles(supported, tools) {
  formats = supported.map(name => name.replace(/^\./, "").toLowerCase());
  const pane = byId("source-pane"), input = byId("file");
  const hasFiles = event => event.dataTransfer?.types.includes("Files");
  input.accept = [...new Set([...PLAIN, ...formats])].map(name => `.${name}`).join(",");
  byId("text").placeholder = "Type or paste text, or drop files here.";
  byId("open").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    for (const file of input.files) add(file, tools);
    input.value = "";
  });
  // Anywhere on the page: a file that misses the pane must not replace the page.
  addEventListener("dragover", event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    pane.classList.add("dropping");
  });
  addEventListener("dragleave", event => { if (event.relatedTarget === null) pane.classList.remove("dropping"); });
  addEventListener("drop", event => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    pane.classList.remove("dropping");
    for (const file of event.dataTransfer.files) add(file, tools);
  });
}

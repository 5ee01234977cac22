// Both languages, loaded once from /api/words; the switch redraws what listens.

let all = { vi: { page: {}, sentences: {} }, en: { page: {}, sentences: {} } };
const switched = new Set();

export async function load() {
  const answer = await fetch("/api/words");
  all = await answer.json();
}

export function language() {
  return document.documentElement.lang === "en" ? "en" : "vi";
}

export function setLanguage(to) {
  document.documentElement.lang = to;
  localStorage.setItem("language", to);
  for (const then of switched) then(to);
}

export function onLanguage(then) {
  switched.add(then);
  return () => switched.delete(then);
}

/** A word of the page in the language of now, with its values filled in by name. */
export function word(id, values = {}) {
  const text = all[language()].page[id];
  if (text === undefined) throw new Error(`no word ${id}`);
  return fill(text, values);
}

/** A sentence as the server sends it, `{vi: [line 1, line 2], en}`, as its two lines in the language of now. */
export function lines(sentence) {
  if (!sentence) return ["", ""];
  if (language() === "vi") return sentence.vi;
  const stop = sentence.en.indexOf(". ");
  return stop < 0 ? [sentence.en, ""] : [sentence.en.slice(0, stop), sentence.en.slice(stop + 2)];
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/* The state word with its icon: show({word, state}). Said politely to readers; a refusal or a full disk at once. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

/** The icon of each state of a station. */
export const STATE_ICONS = {
  "no-lot": "barcode", "no-operator": "person", "ready": "arrow-down-line", "loading": "dots", "stable": "check",
  "take-off": "arrow-up-line", "under": "minus", "over": "plus", "captured": "arrow-up-line", "refused": "octagon-cross", "silent": "no-signal",
  "stale": "no-signal", "overload": "alert", "printer": "printer", "full": "disk", "ask": "clock",
};

export function stateWord() {
  const text = h("span");
  const element = h("h2.state-word", { "data-test": "state-word", role: "status" }, text);

  function show({ word, state }) {
    const name = STATE_ICONS[state] ?? "alert";
    if (element.dataset.icon !== name) {
      element.dataset.icon = name;
      fill(element, icon(name), text);
    }
    mark(element, "role", state === "refused" || state === "full" ? "alert" : "status");
    write(text, word);
  }

  return { element, show };
}

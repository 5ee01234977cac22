/* The PIN pad: six dots that never show a digit, and a pad that does not move.

   pinPad({onpin, onback}); show({message, wrong, locked}) writes under the dots; clear() empties it. Keys 0-9,
   Backspace and Esc work too. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";
import { word } from "../words.js";

const LENGTH = 6;

export function pinPad({ onpin, onback }) {
  let digits = "";
  let locked = false;
  const dots = Array.from({ length: LENGTH }, () => h("i"));
  const count = h("span.seen-by-readers-only", { role: "status" });
  const message = h("p.pin-message", { role: "alert" });
  const key = (digit) => h("button.pin-key", { type: "button", onclick: () => press(digit) }, digit);
  const back = h("button.pin-key.pin-word", { type: "button", onclick: () => onback?.() });
  const erase = h("button.pin-key.pin-word", { type: "button", onclick: unpress }, icon("backspace"));
  const element = h(
    "div.pin-pad", { "data-test": "pin-pad", onkeydown: typed },
    h("div.pin-dots", { "aria-hidden": "true" }, dots), count, message,
    h("div.pin-keys", {}, ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(key), back, key("0"), erase),
  );

  function typed(event) {
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") unpress();
  }

  function press(digit) {
    if (locked || digits.length >= LENGTH) return;
    digits += digit;
    paint();
    if (digits.length === LENGTH) onpin(digits);
  }

  function unpress() {
    digits = digits.slice(0, -1);
    paint();
  }

  function clear() {
    digits = "";
    paint();
  }

  function paint() {
    dots.forEach((dot, i) => mark(dot, "data-filled", i < digits.length));
    write(count, `${digits.length}/${LENGTH}`);
  }

  function show(props = {}) {
    locked = Boolean(props.locked);
    mark(element, "data-locked", locked);
    fill(message, props.message ? [icon(locked ? "lock" : "alert"), h("span", {}, props.message)] : []);
    write(back, word("go_back"));
    mark(erase, "aria-label", word("pin_erase"));
    paint();
  }

  show();
  return { element, show, clear };
}

/* The weight, the biggest thing on the page: show({digits, unit}) as text ready to be read.

   More digits step it down (204, 176, 150 of 204), it never wraps and never animates. Readers are not told: it is
   ten a second, and what counts is said by the state word. */

import { h, mark, write } from "../dom.js";

export function weight() {
  const digits = h("span.weight-digits");
  const unit = h("span.weight-unit");
  const element = h("p.weight", { "data-test": "weight", "aria-live": "off" }, digits, unit);

  function show({ digits: text, unit: name = "kg" }) {
    write(digits, text);
    write(unit, text === "–" ? "" : name); // a dash is no figure, and has no unit
    const letters = [...text].length;
    mark(element, "data-step", letters <= 5 ? null : letters <= 6 ? "2" : letters <= 7 ? "3" : "4");
  }

  return { element, show };
}

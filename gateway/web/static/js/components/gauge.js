/* The tolerance gauge: under, good, over, with the limits written.

   show({low, high, value, lowText, highText}); numbers in the scale's unit. The zone fills the middle third, so the
   eye learns where good is, whatever the product; the needle stops at the ends. `value` null hides the needle. */

import { h, mark, measure, write } from "../dom.js";
import { word } from "../words.js";

export function gauge() {
  const low = h("span.gauge-low");
  const high = h("span.gauge-high");
  const needle = h("span.gauge-needle");
  const captions = [h("span.gauge-under"), h("span.gauge-good"), h("span.gauge-over")];
  const element = h(
    "div.gauge", { "data-test": "gauge", role: "img" },
    h("div.gauge-limits", {}, low, high),
    h("div.gauge-track", {}, h("span.gauge-zone"), needle),
    h("div.gauge-captions", {}, captions),
  );

  function show({ low: from, high: to, value, lowText, highText }) {
    write(low, lowText);
    write(high, highText);
    ["gauge_under", "gauge_good", "gauge_over"].forEach((id, i) => write(captions[i], word(id)));
    const known = value !== null && value !== undefined && to > from;
    needle.hidden = !known;
    const place = known ? 1 / 3 + (value - from) / (to - from) / 3 : 0;
    measure(element, "--at", `${(Math.min(Math.max(place, 0.01), 0.99) * 100).toFixed(2)}%`);
    const side = !known ? null : value < from ? "under" : value > to ? "over" : "good";
    mark(element, "data-side", side);
    mark(element, "aria-label", `${lowText}–${highText}${side ? `: ${word(`gauge_${side}`)}` : ""}`);
  }

  return { element, show };
}

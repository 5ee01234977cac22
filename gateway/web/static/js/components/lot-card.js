/* The lot at a station: show({caption, code, product, facts, progress, quiet, note}).

   facts: [[caption, value], …]; progress: {caption, value, share} with share 0 to 1, or null; quiet greys the code
   (no lot, or a lot that must be scanned again); note is a line in place of the facts. */

import { h, mark, measure, write } from "../dom.js";
import { pairs } from "./stage.js";

export function lotCard() {
  const caption = h("h2.caption");
  const code = h("p.lot-code");
  const product = h("p.lot-product");
  const note = h("p.lot-note");
  const facts = h("dl.rows");
  const progress = h("dl.rows", {}, h("div", {}, h("dt"), h("dd")));
  const bar = h("div.progress", { "aria-hidden": "true" }, h("span"));
  const element = h("section.card.lot-card", { "data-test": "lot-card" }, caption, code, product, note, facts, progress, bar);

  function show(props) {
    write(caption, props.caption);
    write(code, props.code);
    write(product, props.product);
    write(note, props.note);
    product.hidden = !props.product;
    note.hidden = !props.note;
    mark(element, "data-quiet", props.quiet);
    pairs(facts, props.facts ?? []);
    progress.hidden = bar.hidden = !props.progress;
    if (props.progress) {
      write(progress.querySelector("dt"), props.progress.caption);
      write(progress.querySelector("dd"), props.progress.value);
      measure(bar, "--share", `${(100 * Math.min(props.progress.share, 1)).toFixed(1)}%`);
      mark(bar, "data-full", props.progress.share >= 1);
    }
  }

  return { element, show };
}

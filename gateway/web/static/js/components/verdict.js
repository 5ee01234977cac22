/* What can be said of a thing, each part by itself; the band takes the worst colour.

   show({level, parts, reasons, note, confirm}); level "ok" | "stale" | "warn" | "stop"; parts texts; confirm: what a
   confirm-mark shows, or null. */

import { fill, h, mark, write } from "../dom.js";
import { unbroken } from "../format.js";
import { icon } from "../icons.js";
import { confirmMark } from "./confirm-mark.js";

export function verdict() {
  const symbol = h("span.verdict-icon");
  const parts = h("h2");
  const reasons = h("ul");
  const note = h("p");
  const safe = confirmMark();
  const element = h("section.verdict", { "data-test": "verdict" }, symbol, h("div", {}, parts, reasons, note), safe.element);

  function show(props) {
    mark(element, "data-level", props.level);
    fill(symbol, icon(props.level === "ok" ? "shield-check" : "shield-alert"));
    write(parts, props.parts.join(" · "));
    fill(reasons, (props.reasons ?? []).map((reason) => h("li", {}, unbroken(reason))));
    reasons.hidden = !props.reasons?.length;
    write(note, props.note);
    note.hidden = !props.note;
    safe.element.hidden = !props.confirm;
    if (props.confirm) safe.show({ ...props.confirm, words: true });
  }

  return { element, show };
}

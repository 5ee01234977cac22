/* The scan box: what was scanned last and what became of it, for ten seconds. It is no text field and takes no focus.

   show({title, note, outcome}); outcome "taken" | "refused" | "locked" | null. `title` is the scanned text. */

import { h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function scanBox() {
  const title = h("span.scan-title");
  const note = h("span.scan-note");
  const element = h(
    "div.scan-box", { "data-test": "scan-box", role: "status" }, icon("barcode"), h("span.scan-words", {}, title, note),
  );

  function show(props) {
    write(title, props.title);
    write(note, props.note);
    mark(element, "data-outcome", props.outcome);
  }

  return { element, show };
}

/* How safe a recorded thing is: three segments, disk, broker, province; the third turns green.

   show({level, words, reason}): level 1, 2 or 3, or "returned" (the province sent it back). With `words` the level is
   written beside it; without, only readers hear it. */

import { h, mark, write } from "../dom.js";
import { icon } from "../icons.js";
import { word } from "../words.js";

const WORDS = { 1: "confirm_disk", 2: "confirm_broker", 3: "confirm_province", returned: "confirm_returned" };

export function confirmMark() {
  const segments = [h("i"), h("i"), h("i")];
  const text = h("span.confirm-text");
  const element = h(
    "span.confirm-mark", { "data-test": "confirm-mark" },
    h("span.confirm-segments", { "aria-hidden": "true" }, segments), text,
  );

  function show({ level, words = false, reason = "" }) {
    mark(element, "data-level", level);
    const said = word(WORDS[level] ?? "confirm_disk");
    write(text, reason ? `${said}: ${reason}` : said);
    text.classList.toggle("seen-by-readers-only", !words);
    const crossed = level === "returned";
    if (crossed !== segments[2].childElementCount > 0) segments[2].replaceChildren(...(crossed ? [icon("cross")] : []));
  }

  return { element, show };
}

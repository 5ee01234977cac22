/* One step of a chain: before, this, after. show({caption, title, lines, href, chosen}). */

import { fill, h, mark, write } from "../dom.js";
import { unbroken } from "../format.js";

export function stepCard(first = null) {
  const caption = h("span.caption");
  const title = h("strong.step-title");
  const lines = h("span.step-lines");
  const element = h("a.card.step-card", { "data-test": "step-card" }, caption, title, lines);

  function show(props) {
    write(caption, props.caption);
    write(title, unbroken(props.title));
    fill(lines, props.lines.map((line) => h("span", {}, unbroken(line))));
    mark(element, "href", props.href);
    mark(element, "data-nav", Boolean(props.href));
    mark(element, "data-chosen", props.chosen);
  }

  if (first) show(first);
  return { element, show };
}

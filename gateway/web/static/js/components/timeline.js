/* A life, stage by stage: show({rows}); row {time, date, icon, title, lines, level, note, struck}.

   `date` stands under the time where the day is another than above; level is how safe the fact is (confirm-mark). */

import { fill, h, mark } from "../dom.js";
import { unbroken } from "../format.js";
import { icon } from "../icons.js";
import { confirmMark } from "./confirm-mark.js";

export function timeline() {
  const element = h("ol.timeline", { "data-test": "timeline" });

  function show({ rows }) {
    fill(element, rows.map((row) => {
      const safe = confirmMark();
      safe.show({ level: row.level, words: true });
      const item = h(
        "li", {}, h("p.timeline-time", {}, h("span", {}, row.time), row.date ? h("small", {}, row.date) : null),
        h("span.timeline-icon", {}, icon(row.icon)),
        h("div.timeline-words", {}, h("strong", {}, row.title), h("p", {}, unbroken(row.lines.join(" · "))), row.note ? h("p.timeline-note", {}, row.note) : null),
        safe.element,
      );
      mark(item, "data-struck", row.struck);
      return item;
    }));
  }

  return { element, show };
}

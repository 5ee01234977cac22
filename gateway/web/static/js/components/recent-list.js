/* What was recorded last, each with how safe it is.

   show({caption, rows, empty}); row: {id, name, value, level, reason, struck, note, onvoid, voidLabel}. `onvoid` puts a
   button at the row that asks to void it. `struck` marks a voided one: it stays, struck through. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";
import { confirmMark } from "./confirm-mark.js";

export function recentList() {
  const caption = h("h2.caption");
  const list = h("ol");
  const empty = h("p.lot-note");
  const rows = new Map();
  const element = h("section.card.recent-list", { "data-test": "recent-list" }, caption, list, empty);

  function show(props) {
    write(caption, props.caption);
    write(empty, props.empty);
    empty.hidden = props.rows.length > 0 || !props.empty;
    const wanted = new Set(props.rows.map((row) => row.id));
    for (const id of rows.keys()) if (!wanted.has(id)) rows.delete(id);
    fill(list, props.rows.map((row) => {
      if (!rows.has(row.id)) rows.set(row.id, recentRow());
      const one = rows.get(row.id);
      one.show(row);
      return one.element;
    }));
  }

  return { element, show };
}

function recentRow() {
  const safe = confirmMark();
  const name = h("span.recent-name");
  const note = h("span.recent-note");
  const value = h("span.recent-value");
  let onvoid = null;
  const undo = h("button.recent-void", { type: "button", onclick: () => onvoid?.() }, icon("void"), h("span.seen-by-readers-only"));
  const element = h("li", {}, safe.element, h("span.recent-words", {}, name, note), value, undo);

  function show(row) {
    safe.show({ level: row.level, reason: row.reason });
    write(name, row.name);
    write(note, row.note);
    note.hidden = !row.note;
    write(value, row.value);
    mark(element, "data-struck", row.struck);
    onvoid = row.onvoid ?? null;
    undo.hidden = !onvoid;
    write(undo.lastElementChild, row.voidLabel);
  }

  return { element, show };
}

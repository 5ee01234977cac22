/* Every device with its link, last value, age, raw frame and failures: show({head, rows}); texts ready to be read.

   head: [caption, …] of the seven columns; row: {id, name, about, up, state {text, icon, tone, strong}, values [text],
   age, frame {text, hex} or null, frameNote, took, errors, news, child}. `news` is the newest error: it stands on top of
   its row. `child` sets a channel in under its device. A copy button puts text and hex on the clipboard. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";
import { word } from "../words.js";
import { pill } from "./pill.js";

export function deviceTable() {
  const head = h("tr");
  const body = h("tbody");
  const element = h(
    "div.device-table", { "data-test": "device-table", tabindex: 0, role: "region" },
    h("table", {}, h("thead", {}, head), body),
  );
  const rows = new Map();

  function show(props) {
    if (head.children.length !== props.head.length) fill(head, props.head.map(() => h("th", { scope: "col" })));
    props.head.forEach((caption, i) => write(head.children[i], caption));
    mark(element, "aria-label", props.label);
    fill(body, props.rows.map((row) => {
      if (!rows.has(row.id)) rows.set(row.id, deviceRow());
      const one = rows.get(row.id);
      one.show(row, props.head);
      return one.element;
    }));
  }

  return { element, show };
}

function deviceRow() {
  const news = h("p.device-news");
  const name = h("strong");
  const about = h("span");
  const state = pill();
  const values = h("td.device-values");
  const age = h("td.device-number");
  const text = h("code");
  const hexOfText = h("code.frame-hex");
  const readable = h("details", {}, h("summary", {}, text), hexOfText);
  const hex = h("code");
  const note = h("span.device-note");
  const copy = h("button.copy", { type: "button", onclick: put }, icon("copy"));
  const took = h("td.device-number");
  const errors = h("td.device-number");
  let frame = null;
  const element = h(
    "tr", {}, h("th", { scope: "row" }, news, name, about), h("td", {}, state.element), values, age,
    h("td.device-frame", {}, h("div", {}, h("div", {}, readable, hex, note), copy)), took, errors,
  );

  async function put() {
    if (!frame) return;
    await navigator.clipboard?.writeText(`${frame.text}\n${frame.hex}`);
    fill(copy, icon("check"));
    setTimeout(() => fill(copy, icon("copy")), 1500);
  }

  function show(row, head) {
    frame = row.frame;
    // a phone has no room for a head: each cell says what it is
    [[age, 3], [took, 5], [errors, 6]].forEach(([cell, i]) => mark(cell, "data-caption", head[i]));
    write(news, row.news);
    news.hidden = !row.news;
    write(name, row.name);
    write(about, row.about);
    state.show(row.state);
    if (values.children.length !== row.values.length) fill(values, row.values.map(() => h("div")));
    row.values.forEach((value, i) => write(values.children[i], value));
    write(age, row.age);
    const asText = Boolean(row.frame?.readable);
    readable.hidden = !asText;
    hex.hidden = asText;
    write(text, asText ? row.frame.text : "");
    write(hexOfText, asText ? row.frame.hex : "");
    write(hex, asText ? "" : (row.frame?.hex ?? ""));
    write(note, row.frame ? "" : row.frameNote);
    copy.hidden = !row.frame;
    mark(copy, "aria-label", `${word("copy_frame")}: ${row.name}`);
    write(took, row.took);
    write(errors, row.errors);
    mark(element, "data-child", row.child);
    mark(element, "data-down", row.state.tone === "stop");
  }

  return { element, show };
}

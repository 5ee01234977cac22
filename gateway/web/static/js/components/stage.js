/* The stage: the one surface of a station that speaks, by word, icon, colour and shape.

   show({state, word, hint, headline, detail, facts, weight, gauge, sums, reading})
     state     "no-lot" | "ready" | "loading" | "stable" | "under" | "over" | "captured" | "refused" | "stale" |
               "overload" | "printer" | "full" | "ask"
     word      the state word; hint, the smaller line under it
     headline  for a stage without a weight: one large line; detail, lines below it; facts, [[caption, value], …]
     weight    {digits, unit} as shown, or null: then none is shown, never an old one
     gauge     what the gauge shows, or null
     sums      [[caption, value], …] below the gauge
     reading   a small line at the bottom: what the scale reads now */

import { fill, h, mark, write } from "../dom.js";
import { unbroken } from "../format.js";
import { icon } from "../icons.js";
import { gauge } from "./gauge.js";
import { stateWord } from "./state-word.js";
import { weight } from "./weight.js";

export function stage() {
  const word = stateWord();
  const hint = h("p.stage-hint");
  const head = h("div.stage-head", {}, word.element, hint);
  const live = weight();
  const bar = gauge();
  const sums = h("dl.stage-sums");
  const headline = h("p.stage-headline");
  const detail = h("p.stage-detail");
  const facts = h("dl.stage-facts");
  const reading = h("p.stage-reading", {}, icon("scale"), h("span"));
  const element = h(
    "section.stage", { "data-test": "stage" }, head, h("div.stage-weight", {}, live.element), bar.element, sums,
    h("div.stage-words", {}, headline, detail), facts, reading,
  );

  function show(props) {
    mark(element, "data-state", props.state);
    mark(element, "data-tight", (props.word ?? "").length > 16);
    word.show({ word: props.word, state: props.state });
    write(hint, props.hint);
    const spoken = props.state === "refused" || props.state === "full";
    mark(element, "data-words", !props.weight);
    live.element.parentElement.hidden = !props.weight || spoken;
    if (props.weight) live.show(props.weight);
    bar.element.hidden = !props.gauge || spoken;
    if (props.gauge) bar.show(props.gauge);
    pairs(sums, spoken ? [] : (props.sums ?? []));
    write(headline, unbroken(props.headline));
    write(detail, unbroken(props.detail));
    headline.hidden = !props.headline;
    detail.hidden = !props.detail;
    pairs(facts, props.facts ?? []);
    reading.hidden = !props.reading;
    write(reading.lastElementChild, props.reading);
  }

  return { element, show };
}

/** Write captions with their values; the same pairs again change nothing. */
export function pairs(list, rows) {
  list.hidden = rows.length === 0;
  if (list.children.length !== rows.length) fill(list, rows.map(() => h("div", {}, h("dt"), h("dd"))));
  rows.forEach(([caption, value], i) => {
    write(list.children[i].firstElementChild, caption);
    write(list.children[i].lastElementChild, value);
  });
}

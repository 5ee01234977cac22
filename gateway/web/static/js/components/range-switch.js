/* A choice of one among a few, side by side: show({options, chosen, onchoose, label}); option {value, label}. */

import { fill, h, mark, write } from "../dom.js";

export function rangeSwitch() {
  const element = h("div.range-switch", { "data-test": "range-switch", role: "group" });
  const made = new Map();
  let onchoose = null;

  function show(props) {
    onchoose = props.onchoose ?? null;
    mark(element, "aria-label", props.label);
    fill(element, props.options.map(({ value, label }) => {
      if (!made.has(value)) made.set(value, h("button", { type: "button", onclick: () => onchoose?.(value) }));
      const one = made.get(value);
      write(one, label);
      mark(one, "aria-pressed", String(value === props.chosen));
      return one;
    }));
  }

  return { element, show };
}

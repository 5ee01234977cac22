/* Large choices for a reason: show({options, chosen, onchoose, label, columns}); option {value, label, icon}. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function choice() {
  const element = h("div.choice", { "data-test": "choice", role: "group" });
  const made = new Map();
  let onchoose = null;

  function show(props) {
    onchoose = props.onchoose ?? null;
    mark(element, "aria-label", props.label);
    fill(element, props.options.map((option) => {
      if (!made.has(option.value)) {
        made.set(option.value, h(
          "button.choice-option", { type: "button", onclick: () => onchoose?.(option.value) },
          icon(option.icon), h("span"), icon("check"),
        ));
      }
      const one = made.get(option.value);
      write(one.children[1], option.label);
      mark(one, "aria-pressed", String(option.value === props.chosen));
      return one;
    }));
  }

  return { element, show };
}

/* A button for gloves: show({label, icon, kind, locked, why, pressed, onpress, href}).

   kind "primary" | "plain" | "danger" | "quiet". Locked: a padlock, and `why` is said. It locks itself on press until
   show() is called again or `answered()`: one press is one act. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function button(first = null) {
  const text = h("span.button-label");
  let onpress = null;
  let locked = false;
  const element = h("button.button", {
    type: "button", "data-test": "button",
    onclick: () => {
      if (locked || element.hasAttribute("data-busy") || !onpress) return;
      const answer = onpress();
      if (answer instanceof Promise) {
        element.setAttribute("data-busy", "");
        answer.finally(answered);
      }
    },
  });

  function answered() {
    element.removeAttribute("data-busy");
  }

  function show(props) {
    onpress = props.onpress ?? null;
    locked = Boolean(props.locked);
    const name = locked ? "lock" : props.icon;
    if (element.dataset.icon !== (name ?? "")) {
      element.dataset.icon = name ?? "";
      fill(element, name ? icon(name) : null, text);
    }
    write(text, props.label);
    mark(element, "data-kind", locked ? "locked" : (props.kind ?? "plain"));
    mark(element, "aria-disabled", locked);
    mark(element, "title", locked ? props.why : null);
    mark(element, "aria-pressed", props.pressed === undefined ? null : String(Boolean(props.pressed)));
    if (props.test) mark(element, "data-test", props.test);
  }

  if (first) show(first);
  return { element, show, answered };
}

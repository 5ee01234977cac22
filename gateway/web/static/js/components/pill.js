/* A pill: one fact beside the main thing. show({text, icon, tone, onpress, strong}).

   tone "plain" | "ok" | "warn" | "stop" | "stale" | "accent" | "outline"; `strong` fills it. With `onpress` it is a button. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function pill(first = null) {
  const text = h("span");
  let onpress = null;
  const element = h(first?.onpress ? "button.pill" : "span.pill", {
    "data-test": "pill", type: first?.onpress ? "button" : null, onclick: () => onpress?.(),
  });

  function show(props) {
    onpress = props.onpress ?? null;
    if (element.dataset.icon !== (props.icon ?? "")) {
      element.dataset.icon = props.icon ?? "";
      fill(element, props.icon ? icon(props.icon) : null, text);
    }
    write(text, props.text);
    mark(element, "data-tone", props.tone ?? "plain");
    mark(element, "data-strong", props.strong);
  }

  if (first) show(first);
  return { element, show };
}

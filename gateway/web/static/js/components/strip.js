/* A strip between stage and buttons: show({title, text, tone, icon}). Work goes on; it says what is safe. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function strip() {
  const title = h("strong");
  const text = h("span");
  const words = h("p", {}, title, " ", text);
  const element = h("aside.strip", { "data-test": "strip", role: "status" }, words);

  function show(props) {
    if (element.dataset.icon !== (props.icon ?? "")) {
      element.dataset.icon = props.icon ?? "";
      fill(element, props.icon ? icon(props.icon) : null, words);
    }
    write(title, props.title);
    write(text, props.text);
    mark(element, "data-tone", props.tone ?? "warn");
  }

  return { element, show };
}

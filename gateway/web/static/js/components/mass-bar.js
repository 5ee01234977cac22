/* What became of the kilograms: show({caption, parts, whole, note, level}); part {name, text, share, kind}.

   kind "good" | "other" | "loss" | "left"; shares of what was received. `note` says whether it comes out even. */

import { fill, h, mark, measure, write } from "../dom.js";
import { icon } from "../icons.js";

export function massBar() {
  const caption = h("h3");
  const bar = h("div.mass-parts", { "aria-hidden": "true" });
  const names = h("ul.mass-names");
  const note = h("p.mass-note");
  const element = h("div.mass-bar", { "data-test": "mass-bar" }, caption, bar, names, note);

  function show(props) {
    write(caption, props.caption);
    fill(bar, props.parts.filter((part) => part.share > 0).map((part) => {
      const one = h("i");
      mark(one, "data-kind", part.kind);
      measure(one, "--share", `${Math.max(part.share * 100, 0.6).toFixed(2)}%`);
      return one;
    }));
    fill(names, props.parts.map((part) => h("li", { "data-kind": part.kind }, h("span", {}, part.name), h("strong", {}, part.text))));
    fill(note, icon(props.level === "ok" ? "check" : "alert"), h("span", {}, props.note));
    mark(note, "data-level", props.level);
  }

  return { element, show };
}

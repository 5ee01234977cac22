/* A person to choose: show({name, role, initials, chosen, onpress}). */

import { h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function person(first = null) {
  const initials = h("span.person-initials", { "aria-hidden": "true" });
  const name = h("span.person-name");
  const role = h("span.person-role");
  let onpress = null;
  const element = h(
    "button.person", { type: "button", "data-test": "person", onclick: () => onpress?.() },
    initials, h("span.person-words", {}, name, role), icon("check"),
  );

  function show(props) {
    onpress = props.onpress ?? null;
    write(initials, props.initials ?? initialsOf(props.name));
    write(name, props.name);
    write(role, props.role);
    mark(element, "aria-pressed", String(Boolean(props.chosen)));
  }

  if (first) show(first);
  return { element, show };
}

/** Give first and given name's letters, the given name being the last word: Lê Thị Mai, LM. */
export function initialsOf(name) {
  const words = name.normalize("NFC").trim().split(/\s+/);
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : name.slice(0, 2)).toLocaleUpperCase("vi");
}

/* The head of a station: its name, what is quiet there, who is signed in, the time.

   show({title, lights, who, clock, onwho, onmenu}); lights: [{icon, caption, value, tone, strong, onpress}], those with a tone are pills. */

import { fill, h, write } from "../dom.js";
import { icon } from "../icons.js";
import { word } from "../words.js";
import { pill } from "./pill.js";

export function appBar() {
  const title = h("h1.app-title");
  const lights = h("div.app-lights");
  const who = h("span");
  let onwho = null;
  const person = h("button.app-who", { type: "button", onclick: () => onwho?.() }, icon("person"), who);
  const clock = h("time.app-clock");
  let written = "";
  const element = h("header.app-bar", { "data-test": "app-bar" }, title, lights, person, clock);

  function show(props) {
    write(title, props.title);
    const wanted = JSON.stringify(props.lights ?? []);
    if (wanted !== written) {
      written = wanted;
      fill(lights, (props.lights ?? []).map(light));
    }
    onwho = props.onwho ?? null;
    person.hidden = !props.who;
    write(who, props.who);
    person.setAttribute("aria-label", `${word("signed_in")}: ${props.who ?? ""}`);
    write(clock, props.clock);
  }

  return { element, show };
}

function light(facts) {
  if (facts.tone) return pill({ text: facts.value, icon: facts.icon, tone: facts.tone, strong: facts.strong, onpress: facts.onpress }).element;
  return h(
    "span.light", {}, icon(facts.icon),
    facts.caption ? h("span.light-caption", {}, facts.caption) : null, h("span.light-value", {}, facts.value),
  );
}

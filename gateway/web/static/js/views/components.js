// Every component in each of its states: what designers look at, and what the tests photograph.

import { h } from "../dom.js";
import { ICONS, icon } from "../icons.js";
import { goodsSamples } from "./samples/goods.js";
import { houseSamples } from "./samples/house.js";
import { stationSamples } from "./samples/station.js";

export function mount(root) {
  document.title = "Components";
  root.append(h(
    "main.samples", { "data-test": "components" }, h("h1", {}, "Components"),
    [...stationSamples(), ...houseSamples(), ...goodsSamples(), ["icons", iconSheet()]].map(([name, ...elements]) =>
      h("section.sample", { "data-sample": name }, h("h2.sample-name", {}, name), h("div.sample-states", {}, elements))),
  ));
}

function iconSheet() {
  return h("ul.sample-icons", {}, ICONS.map((name) => h("li", {}, icon(name), h("span", {}, name))));
}

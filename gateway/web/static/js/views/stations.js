// The first page: which station is this browser at? And the ways to what is no station.

import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { stream } from "../stream.js";
import { word } from "../words.js";

const ELSEWHERE = [["/rooms", "rooms", "thermometer"], ["/lots", "lots", "box"], ["/devices", "devices", "chip"]];

export function mount(root) {
  const list = h("nav", { "data-test": "stations", "aria-label": word("stations") });
  const elsewhere = h("nav", { "data-test": "elsewhere", "aria-label": word("elsewhere") }, ELSEWHERE.map(([path, name, sign]) => link(path, word(name), sign, "quiet")));
  root.append(h("main.stations", {}, h("h1", {}, word("choose_station")), list, elsewhere));
  const draw = () => {
    fill(list, [...stream.stations.values()].map((one) => link(`/station/${encodeURIComponent(one.station)}`, one.name, null, "plain")));
  };
  stream.open();
  draw();
  return stream.on("snapshot", draw);
}

function link(path, text, sign, kind) {
  return h("a.button", { href: path, "data-nav": true, "data-kind": kind }, sign ? icon(sign) : null, text);
}

// The first page: which station is this browser at?

import { stream } from "../stream.js";
import { word } from "../words.js";

export function mount(root) {
  const main = document.createElement("main");
  main.className = "stations";
  const title = document.createElement("h1");
  const list = document.createElement("nav");
  title.textContent = word("choose_station");
  list.dataset.test = "stations";
  main.append(title, list);
  root.append(main);
  const draw = () => {
    list.replaceChildren(
      ...[...stream.stations.values()].map((station) => {
        const link = document.createElement("a");
        link.href = `/station/${encodeURIComponent(station.station)}`;
        link.dataset.nav = "";
        link.className = "button";
        link.dataset.kind = "plain";
        link.textContent = station.name;
        return link;
      }),
    );
  };
  stream.open();
  draw();
  return stream.on("snapshot", draw);
}

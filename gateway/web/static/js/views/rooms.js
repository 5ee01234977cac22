// All cold rooms: a tile each; on a phone a list, the worst first.

import { roomTile } from "../components/room-tile.js";
import { fill, h } from "../dom.js";
import { stream } from "../stream.js";
import { word } from "../words.js";
import { askWhy } from "./acknowledge.js";
import { frame } from "./frame.js";
import { ageText, insideText, limitsText, stateText, trendOf, valueOf } from "./room-words.js";

export function mount(root) {
  document.title = word("rooms");
  const { view, end } = frame(root, "/rooms");
  const list = h("div.tiles", { "data-test": "rooms" });
  const none = h("p.nothing");
  const tiles = new Map();
  view.append(h("h1.seen-by-readers-only", {}, word("rooms")), list, none);

  function draw() {
    const rooms = [...stream.rooms.values()];
    none.hidden = rooms.length > 0 || !stream.everHeard;
    none.textContent = word("no_rooms");
    fill(list, rooms.map((room) => {
      if (!tiles.has(room.id)) tiles.set(room.id, roomTile());
      const tile = tiles.get(room.id);
      tile.show(propsOf(room));
      return tile.element;
    }));
  }

  const stops = ["snapshot", "room", "house", "age", "state"].map((name) => stream.on(name, draw));
  draw();
  return () => {
    stops.forEach((stop) => stop());
    end();
  };
}

function propsOf(room) {
  const { digits, unit } = valueOf(room);
  const lost = !stream.live && stream.everHeard;
  return {
    name: room.name, state: lost ? "no_data" : room.state, stateText: lost ? word("page_cut") : stateText(room, { short: true }),
    value: digits, unit, trend: lost ? null : trendOf(room),
    line: { ...room.line, above: numberOf(room.limits?.above), below: numberOf(room.limits?.below) },
    limits: limitsText(room), inside: insideText(room), age: ageText(room), href: `/rooms/${encodeURIComponent(room.id)}`,
    acknowledge: room.state === "excursion" && !lost ? { label: word("acknowledge"), onpress: () => askWhy(room) } : null,
  };
}

function numberOf(text) {
  return text === null || text === undefined ? null : Number(text);
}

/* The lanes below a chart, on its own time: when the door stood open, when it defrosted, what came in and went out. */

import { svg } from "../dom.js";

const LANE = 34;
const DOOR_LONG_MS = 5 * 60_000; // an opening that warms the room

/** How high the lanes of a chart are. */
export function lanesHeight({ laneCount, small }) {
  return small ? 0 : laneCount * LANE;
}

function count(series) {
  return (series.doors ? 1 : 0) + (series.defrosts ? 1 : 0) + 1;
}

function draw(series, place, words) {
  if (place.small) return [];
  const wanted = [
    series.doors ? ["door", doors] : null, series.defrosts ? ["defrost", defrosts] : null, ["moves", moves],
  ].filter(Boolean);
  return wanted.flatMap(([name, fill], i) => {
    const middle = place.bottom + 12 + LANE * (i + 0.5);
    return [
      svg("line", { class: "chart-lane", x1: place.left, x2: place.right, y1: middle, y2: middle }),
      text(place.left - 14, middle + 6, words.lanes[name], "end"),
      ...fill(series, place, middle, words),
    ];
  });
}

function block(place, [since, until], middle, height, kind) {
  const from = place.x(since);
  const width = Math.max(5, place.x(until) - from);
  return svg("rect", { class: kind, x: Math.min(from, place.right - 5), width, y: middle - height / 2, height, rx: 4 });
}

function doors(series, place, middle) {
  return series.doors.map((span) => block(place, span, middle, 16, span[1] - span[0] > DOOR_LONG_MS ? "lane-door long" : "lane-door"));
}

function defrosts(series, place, middle, words) {
  const free = (i, until) => place.x(series.defrosts[i + 1]?.[0] ?? series.to) - place.x(until) > 90;
  return series.defrosts.flatMap((span, i) => [
    svg("line", { class: "lane-defrost-line", x1: place.x(span[0]), x2: place.x(span[0]), y1: place.top, y2: middle }),
    block(place, span, middle, 20, "lane-defrost"),
    free(i, span[1]) ? text(place.x(span[1]) + 8, middle + 6, words.duration(span[1] - span[0]), "start", "lane-defrost-label") : null,
  ]);
}

function moves(series, place, middle) {
  return series.moves.map(({ at, direction }) => {
    const x = place.x(at);
    const tip = direction === "in" ? -8 : 8;
    return svg("path", { class: `lane-move ${direction}`, d: `M${x} ${middle + tip}l8 ${-2 * tip}h-16z` });
  });
}

function text(x, y, words, anchor, kind = "chart-label") {
  const element = svg("text", { class: kind, x, y, "text-anchor": anchor });
  element.textContent = words;
  return element;
}

export const lanes = { count, draw };

/* A room's sensor over some hours or days: limits, a line that keeps every peak, gaps as gaps, lanes, a cursor.

   chart() gives {element, show(series, words), width}; `series` is the answer of /api/rooms/{id}/series, `width()` how
   many columns of it this chart can draw. `words`: {above, below, gap(ms), peak(value, ms), lanes: {door, defrost, moves},
   summary, flag(point)}, all ready to be read. */

import { midnights, segments, timeTicks, valueRange, valueTicks } from "./chart/axes.js";
import { cursor } from "./chart/cursor.js";
import { lanes, lanesHeight } from "./chart/lanes.js";
import { fill, h, mark, svg } from "./dom.js";
import { rounded } from "./format.js";

const LABEL_HEIGHT = 26;
let made = 0;

export function chart() {
  const number = (made += 1);
  const picture = svg("svg", { class: "chart-picture", "aria-hidden": "true", focusable: "false" });
  const element = h("figure.chart", { "data-test": "chart" }, picture);
  const point = cursor(element);
  let drawn = null;

  const frame = () => {
    const width = Math.max(280, element.clientWidth);
    const small = width < 620;
    const large = width > 1500;
    const laneCount = drawn ? lanes.count(drawn.series) : 1;
    const axis = small ? 30 : 40;
    return {
      small, width,
      left: small ? 44 : large ? 104 : 100, right: width - (small ? 14 : large ? 190 : 162), top: small ? 62 : 82,
      lanesTop: 0, height: 0, axis, laneCount,
    };
  };

  function width() {
    const { left, right } = frame();
    return Math.max(100, Math.round(right - left));
  }

  function show(series, words) {
    drawn = { series, words };
    requestAnimationFrame(draw); // when the page around it has its height
  }

  function draw() {
    if (!drawn || !element.clientWidth) return;
    const { series, words } = drawn;
    const box = frame();
    const available = element.clientHeight || 424;
    box.height = Math.max(available, box.small ? 250 : 380);
    box.bottom = box.height - box.axis - lanesHeight(box) - 12;
    const [bottom, top] = valueRange({ limits: series.limits, low: series.figures.low, high: series.figures.high });
    const x = (at) => box.left + ((at - series.from) / (series.to - series.from)) * (box.right - box.left);
    const y = (value) => box.bottom - ((value - bottom) / (top - bottom)) * (box.bottom - box.top);
    const place = { ...box, x, y, taken: [] }; // taken: where words stand already, [from, to] along the time
    mark(picture, "viewBox", `0 0 ${box.width} ${box.height}`);
    mark(picture, "width", box.width);
    mark(picture, "height", box.height);
    fill(picture, [
      patterns(number, series, place),
      band(series, place),
      grid(series, place, valueTicks([bottom, top])),
      gapMarks(number, series, place, words),
      lines(number, series, place),
      rightLabels(series, place, words),
      peaks(series, place, words),
      lanes.draw(series, place, words),
    ].flat(Infinity));
    point.show(series, place, words);
  }

  const watching = new ResizeObserver(draw);
  watching.observe(element);
  return { element, show, width, end: () => watching.disconnect() };
}

const at = (series, limit, i) => [Math.max(limit.since, series.from), series.limits[i + 1]?.since ?? series.to];

function patterns(number, series, { x, y, left, right, top, bottom }) {
  const above = series.limits.filter((limit) => limit.above !== null);
  const below = series.limits.filter((limit) => limit.below !== null);
  const over = series.limits.map((limit, i) => [limit, ...at(series, limit, i)]);
  const lasting = series.runs.filter((run) => run[4] && !inside(run, series.defrosts ?? []));
  const region = (edge) => over.filter(([limit]) => limit[edge] !== null).map(([limit, since, until]) => {
    const from = edge === "above" ? top - 40 : y(limit.below);
    const to = edge === "above" ? y(limit.above) : bottom + 40;
    return svg("rect", { x: x(since), width: Math.max(0, x(until) - x(since)) + 4, y: from, height: Math.max(0, to - from) });
  });
  return svg(
    "defs", {},
    svg("pattern", { id: `hatch-${number}`, width: 22, height: 22, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "chart-hatch-ground", width: 22, height: 22 }), svg("rect", { class: "chart-hatch-stripe", width: 11, height: 22 })),
    svg("clipPath", { id: `plot-${number}` }, svg("rect", { x: left, width: right - left + 4, y: top - 40, height: bottom - top + 80 })),
    above.length ? svg("clipPath", { id: `above-${number}` }, region("above")) : null,
    below.length ? svg("clipPath", { id: `below-${number}` }, region("below")) : null,
    svg("clipPath", { id: `lasting-${number}` }, lasting.map(([since, until]) =>
      svg("rect", { x: x(since) - 1, width: Math.max(2, x(until) - x(since) + 2), y: top - 40, height: bottom - top + 80 }))),
  );
}

function inside([since, until], spans) {
  return spans.some(([from, to]) => since >= from && until <= to);
}

function band(series, { x, y, top, bottom }) {
  return series.limits.flatMap((limit, i) => {
    const [since, until] = at(series, limit, i);
    const from = limit.above === null ? top : Math.max(top, y(limit.above));
    const to = limit.below === null ? bottom : Math.min(bottom, y(limit.below));
    const edge = (value) => (value === null ? null : svg("line", { class: "chart-limit", x1: x(since), x2: x(until), y1: y(value), y2: y(value) }));
    return [
      svg("rect", { class: "chart-band", x: x(since), width: Math.max(0, x(until) - x(since)), y: from, height: Math.max(0, to - from) }),
      edge(limit.above), edge(limit.below),
    ];
  });
}

function grid(series, { x, y, left, right, bottom, top, height, axis, small }, ticks) {
  const times = timeTicks(series.from, series.to, small ? 4 : 12);
  const foot = height - axis;
  return [
    ticks.map(({ value, text }) => [
      svg("line", { class: "chart-grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
      label(left - 14, y(value) + 6, text, "end"),
    ]),
    times.filter(({ midnight }) => !midnight).map(({ at: when }) => svg("line", { class: "chart-grid", x1: x(when), x2: x(when), y1: top, y2: foot })),
    midnights(series.from, series.to).map((when) => svg("line", { class: "chart-midnight", x1: x(when), x2: x(when), y1: top, y2: foot })),
    times.filter(({ at: when }) => x(when) > left - 1 && x(when) < right - (small ? 10 : 0)).map(({ at: when, text }) => label(x(when), height - 10, text, "middle")),
    svg("line", { class: "chart-grid", x1: left, x2: right, y1: bottom, y2: bottom }),
  ].flat(2);
}

function gapMarks(number, series, { x, left, right, top, bottom, small, taken }, words) {
  let free = left;
  return series.gaps.flatMap(([since, until]) => {
    const [from, to] = [x(since), x(until)];
    if (to - from < 2) return [];
    const text = words.gap(until - since);
    const room = [...text].length * (small ? 8 : 9.6);
    const within = to - from > room + 20;
    const before = !within && from - room - 12 > free;
    const spot = within ? (from + to) / 2 : before ? from - 12 : to + 12;
    const fits = within || before || to + room + 12 < right;
    free = fits && !before && !within ? to + room + 24 : to;
    if (fits) taken.push(before ? [from - room - 12, to] : [from, within ? to : to + room + 12]);
    return [
      svg("rect", { fill: `url(#hatch-${number})`, x: from, width: to - from, y: top, height: bottom - top }),
      fits && !small ? label(spot, top + 30, text, within ? "middle" : before ? "end" : "start", "chart-note") : null,
    ];
  });
}

function path(points) {
  return points.map(([px, py], i) => `${i ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");
}

function lines(number, series, { x, y, left, bottom, top }) {
  const middle = (column) => x(Math.min(column[0] + (column[4] > 1 ? series.width_ms / 2 : 0), series.to));
  const parts = segments(series.columns, series.gaps);
  const upper = parts.map((part) => path(part.map((column) => [middle(column), y(column[2])]))).join("");
  const lower = parts.map((part) => path(part.map((column) => [middle(column), y(column[1])]))).join("");
  const mean = parts.map((part) => path(part.map((column) => [middle(column), y(column[3])]))).join("");
  const band = parts
    .filter((part) => part.some((column) => column[4] > 1))
    .map((part) => `${path(part.map((column) => [middle(column), y(column[2])]))}${path([...part].reverse().map((column) => [middle(column), y(column[1])])).replace("M", "L")}Z`).join("");
  const area = (edge, base) => parts.map((part) => {
    const line = part.map((column) => [middle(column), y(column[edge])]);
    return `${path(line)}L${line.at(-1)[0].toFixed(1)} ${base}L${line[0][0].toFixed(1)} ${base}Z`;
  }).join("");
  const beyond = (side, line, edge) => series.limits.some((limit) => limit[side] !== null) ? [
    svg("g", { "clip-path": `url(#${side}-${number})` },
      svg("g", { "clip-path": `url(#lasting-${number})` },
        svg("path", { class: "chart-excursion", d: area(edge, side === "above" ? bottom + 400 : top - 400) })),
      svg("path", { class: "chart-beyond", d: line })),
  ] : [];
  const alone = parts.filter((part) => part.length === 1).map(([column]) => svg("circle", { class: "chart-alone", cx: middle(column), cy: y(column[3]), r: 3 }));
  const ends = series.gaps.flatMap(([since, until]) => {
    const before = series.columns.findLast((column) => column[0] <= since);
    const after = series.columns.find((column) => column[0] + series.width_ms > until);
    return [before && [x(since), before], after && until < series.to && [x(until), after]].filter(Boolean)
      .map(([px, column]) => svg("circle", { class: "chart-open-dot", cx: Math.max(px, left), cy: y(column[3]), r: 5 }));
  });
  return [
    svg("g", { "clip-path": `url(#plot-${number})` },
      svg("path", { class: "chart-spread", d: band }), svg("path", { class: "chart-line", d: mean }),
      beyond("above", upper, 2), beyond("below", lower, 1), alone),
    ends,
  ];
}

function rightLabels(series, { x, y, right, small, top, bottom }, words) {
  const last = series.last; // the newest sample itself, not the mean of its column
  const limit = series.limits.at(-1);
  const fresh = last && !series.gaps.some(([, until]) => until >= series.to);
  const found = [];
  if (limit?.above !== null && limit) found.push({ at: y(limit.above), text: words.above(limit.above), kind: "chart-limit-label" });
  if (limit?.below !== null && limit) found.push({ at: y(limit.below), text: words.below(limit.below), kind: "chart-limit-label" });
  const beyond = fresh && limit && ((limit.above !== null && last[1] > limit.above) || (limit.below !== null && last[1] < limit.below));
  if (last) {
    found.push({ at: y(last[1]), text: words.value(last[1]), kind: beyond ? "chart-last beyond" : fresh ? "chart-last" : "chart-last stale", first: true });
  }
  // the value keeps its height; the limits give way
  const value = found.find((one) => one.first);
  for (const one of found) {
    if (!value || one === value) continue;
    const apart = one.at - value.at;
    if (Math.abs(apart) < LABEL_HEIGHT) one.at = value.at + (apart < 0 ? -LABEL_HEIGHT : LABEL_HEIGHT);
    one.at = Math.min(Math.max(one.at, top), bottom + LABEL_HEIGHT);
  }
  return [
    small ? null : found.map((one) => label(right + 15, one.at + 6, one.text, "start", one.kind)),
    last ? svg("circle", { class: beyond ? "chart-dot beyond" : fresh ? "chart-dot" : "chart-dot stale", cx: x(last[0]), cy: y(last[1]), r: 7 }) : null,
  ].flat();
}

function peaks(series, { x, y, left, right, top, small, taken }, words) {
  if (small) return [];
  return series.runs
    .filter((run) => !run[4])
    .sort((one, other) => Math.abs(other[2]) - Math.abs(one[2]))
    .slice(0, 4)
    .flatMap((run) => {
      const text = words.peak(run[2], Math.max(run[1] - run[0], series.interval_ms));
      const width = [...text].length * 9.6;
      const spot = x(run[3]);
      const before = spot - width - 12 > left && !taken.some(([from, to]) => spot - width - 12 < to && spot > from);
      const after = spot + width + 12 < right && !taken.some(([from, to]) => spot < to && spot + width + 12 > from);
      if (!before && !after) return [];
      taken.push(before ? [spot - width - 12, spot] : [spot, spot + width + 12]);
      return [label(before ? spot - 10 : spot + 10, Math.max(top + 12, y(run[2]) + 8), text, before ? "end" : "start", "chart-note")];
    });
}

/** Give a text of the chart. */
export function label(x, y, text, anchor, kind = "chart-label") {
  const element = svg("text", { class: kind, x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

/** Give a value with one decimal, or two where the unit is fine. */
export function figure(value) {
  return rounded(value, 1);
}

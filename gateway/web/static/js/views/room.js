// One cold room: its value, what it was for hours or days, and the table of the same figures.

import { get } from "../api.js";
import { chart } from "../chart.js";
import { momentText, tableRows } from "../chart/axes.js";
import { button } from "../components/button.js";
import { pill } from "../components/pill.js";
import { rangeSwitch } from "../components/range-switch.js";
import { ROOM_STATES } from "../components/room-tile.js";
import { fill, h, mark, write } from "../dom.js";
import { duration, hour, moment, palletNumber, rounded, withUnit } from "../format.js";
import { icon } from "../icons.js";
import { stream } from "../stream.js";
import { language, word } from "../words.js";
import { askWhy } from "./acknowledge.js";
import { frame, go } from "./frame.js";
import { ageText, decimalsOf, insideText, limitsText, sinceText, stateText, trendOf, valueOf } from "./room-words.js";

const HOUR = 3_600_000;
const RANGES = [
  { value: "1", hours: 1, step: HOUR / 12 }, { value: "24", hours: 24, step: HOUR },
  { value: "168", hours: 168, step: 6 * HOUR }, { value: "720", hours: 720, step: 24 * HOUR },
];
const AGAIN_MS = { 1: 5_000, 24: 30_000, 168: 120_000, 720: 600_000 };

export function mount(root, { id }) {
  const { view, end } = frame(root, "/rooms", { head: false });
  let range = RANGES[1];
  let source = null;
  let series = null;
  let asTable = false;
  let timer = null;
  let ended = false;

  const back = h("button.square", { type: "button", "data-test": "back", "aria-label": word("rooms"), onclick: () => go("/rooms") }, icon("back"));
  const title = h("h1");
  const state = pill();
  const ranges = rangeSwitch();
  const sensors = rangeSwitch();
  const value = h("p.room-value", {}, h("span"), h("small"));
  const trend = h("p.room-trend");
  const beside = h("p.room-beside");
  const figures = h("dl.room-figures");
  const picture = chart();
  const table = h("div.room-table", { hidden: true });
  const inside = h("div.room-inside");
  const known = button();
  const tableButton = h("button.square", { type: "button", "data-test": "as-table", onclick: turn }, icon("table"));
  const card = h("section.card.chart-card", {}, picture.element, table);
  view.classList.add("room-view");
  view.append(
    h("div.view-head", {}, back, title, state.element, h("div.push.room-tools", {}, ranges.element, tableButton)),
    h("div.room-now", {}, value, h("div.room-words", {}, trend, beside), figures),
    card, h("div.room-foot", {}, inside, sensors.element, known.element),
  );

  function draw() {
    const room = stream.rooms.get(id);
    if (!room) {
      if (stream.everHeard) go("/rooms");
      return;
    }
    document.title = room.name;
    const lost = !stream.live;
    const shown = lost ? "no_data" : room.state;
    mark(view, "data-state", shown);
    write(title, room.name);
    state.show({ ...ROOM_STATES[shown], text: lost ? word("page_cut") : stateText(room) });
    const { digits, unit } = valueOf(room);
    write(value.firstElementChild, digits);
    write(value.lastElementChild, unit);
    const direction = trendOf(room);
    fill(trend, direction ? [icon(direction.icon), h("span", {}, direction.text)] : []);
    const others = room.others.filter((one) => one.amount !== null).map((one) => `${word(`quantity_${one.quantity}`)} ${withUnit(rounded(one.amount, decimalsOf(one.quantity)), one.unit)}`);
    write(beside, [...others, ageText(room)].join(" · "));
    known.element.hidden = room.state !== "excursion" || lost;
    known.show({ label: word("ack_known"), icon: "hand", kind: "danger", onpress: () => askWhy(room), test: "acknowledge" });
    drawInside(room);
    ranges.show({
      label: word("range"), chosen: range.value, onchoose: choose,
      options: RANGES.map((one) => ({ value: one.value, label: word(`range_${one.value}`) })),
    });
    sensors.element.hidden = room.sensors.length < 2;
    sensors.show({
      label: word("sensor"), chosen: series?.source ?? source, onchoose: (to) => { source = to; load(); },
      options: room.sensors.map((one) => ({ value: one.source, label: one.source.split("/").at(-1) })),
    });
    mark(tableButton, "aria-label", word("as_table"));
    mark(tableButton, "aria-pressed", String(asTable));
  }

  function drawInside(room) {
    fill(inside, h("p", {}, h("span.caption", {}, word("inside")), h("strong", {}, insideText(room))),
      room.inside.slice(0, 6).map((one) => h(
        "a.goods", { href: `/lots/${encodeURIComponent(one.goods)}`, "data-nav": "" },
        h("strong", {}, one.kind === "pallet" ? `SSCC ${palletNumber(one.goods)}` : one.goods), h("span", {}, sinceText(one)),
      )));
  }

  function choose(to) {
    range = RANGES.find((one) => one.value === to);
    draw();
    load();
  }

  function turn() {
    asTable = !asTable;
    table.hidden = !asTable;
    picture.element.hidden = asTable;
    drawSeries();
    draw();
  }

  async function load() {
    clearTimeout(timer);
    const now = stream.house ? Date.parse(stream.house.now) : Date.now();
    const wish = new URLSearchParams({ from: new Date(now - range.hours * HOUR).toISOString(), columns: picture.width() });
    if (source) wish.set("source", source);
    const asked = range;
    try {
      const answer = await get(`rooms/${encodeURIComponent(id)}/series?${wish}`);
      if (ended || asked !== range) return;
      series = answer;
      drawSeries();
      draw();
    } catch {
      // the strip above says that the gateway is not heard; the chart stays as old as it is
    }
    if (!ended) timer = setTimeout(load, AGAIN_MS[range.value]);
  }

  function drawSeries() {
    if (!series) return;
    const words = wordsOf(series);
    drawFigures(figures, series);
    if (asTable) drawTable(table, series, range.step);
    else picture.show(series, words);
  }

  const stops = ["snapshot", "room", "house", "age", "state"].map((name) => stream.on(name, draw));
  draw();
  load();
  return () => {
    ended = true;
    clearTimeout(timer);
    picture.end();
    stops.forEach((stop) => stop());
    end();
  };
}

function drawFigures(list, series) {
  const { figures, unit, quantity } = series;
  const decimals = decimalsOf(quantity);
  const minutes = Math.round(figures.beyond_s / 60);
  const rows = [
    ["lowest", rounded(figures.low, decimals), unit], ["mean", rounded(figures.mean, decimals), unit], ["highest", rounded(figures.high, decimals), unit],
    series.limits.length ? ["beyond_time", String(minutes), word("minutes")] : null,
    ["coverage", rounded(figures.coverage * 100, 1), "%"],
  ].filter(Boolean);
  fill(list, rows.map(([name, shown, of]) => h("div", {}, h("dt", {}, word(name)), h("dd", {}, shown, h("small", {}, ` ${of}`)))));
}

function drawTable(box, series, step) {
  const decimals = decimalsOf(series.quantity);
  const span = series.to - series.from;
  const cells = (row) => row.gap
    ? [h("td", { colspan: 3 }, word("gap_for", { t: duration(row.gap / 1000, language()) }))]
    : [row.low, row.mean, row.high].map((one) => h("td", {}, withUnit(rounded(one, decimals), series.unit)));
  fill(box, h(
    "table", { "data-test": "room-table" },
    h("thead", {}, h("tr", {}, ["time", "lowest", "mean", "highest"].map((name) => h("th", { scope: "col" }, word(name))))),
    h("tbody", {}, tableRows(series, step).map((row) => h("tr", { "data-gap": Boolean(row.gap) }, h("th", { scope: "row" }, momentText(row.since, span)), cells(row)))),
  ));
}

function wordsOf(series) {
  const decimals = decimalsOf(series.quantity);
  const figure = (value) => rounded(value, decimals);
  const spell = (ms) => duration(ms / 1000, language());
  const { figures } = series;
  const long = series.runs.filter((run) => run[4]).length;
  return {
    above: (value) => word("limit_above", { v: figure(value) }),
    below: (value) => word("limit_below", { v: figure(value) }),
    value: (value) => withUnit(figure(value), series.unit),
    gap: (ms) => word("gap_for", { t: spell(ms) }),
    peak: (value, ms) => `${figure(value)} · ${spell(ms)}`,
    duration: spell,
    lanes: { door: word("lane_door"), defrost: word("lane_defrost"), moves: word("lane_moves") },
    summary: word("chart_summary", {
      low: withUnit(figure(figures.low), series.unit), high: withUnit(figure(figures.high), series.unit),
      gaps: series.gaps.length, runs: long, from: moment(series.from), to: moment(series.to),
    }),
    flag: (column) => flagOf(column, series, figure, spell),
  };
}

function flagOf(column, series, figure, spell) {
  const [at, low, high, mean, samples] = column;
  const shown = samples > 1 && figure(low) !== figure(high) ? `${figure(low)}–${figure(high)}` : figure(mean);
  const middle = at + (samples > 1 ? series.width_ms / 2 : 0);
  const within = ([since, until]) => since <= at + series.width_ms && until >= at;
  const run = series.runs.find(within);
  const notes = [
    run ? word("beyond_for", { t: spell(Math.max(run[1] - run[0], series.interval_ms)) }) : null,
    series.doors?.some(within) ? word("door_open_now") : null, series.defrosts?.some(within) ? word("defrost_now") : null,
  ].filter(Boolean);
  const when = series.to - series.from > 26 * HOUR ? moment(middle).replace(/\/\d{4}/, "") : hour(middle);
  return [when, withUnit(shown, series.unit), notes.join(" · ") || (series.limits.length ? word("room_ok") : "")].filter(Boolean);
}

// The cards beside a story: mass, temperature, labels, weighings, key data.

import { massBar } from "../components/mass-bar.js";
import { sparkline } from "../components/sparkline.js";
import { h } from "../dom.js";
import { amount, dayOfYear, duration, hour, mass, moment, range, rounded, unbroken, withUnit } from "../format.js";
import { icon } from "../icons.js";
import { language, word } from "../words.js";

const COLUMNS = 240;

export function balanceCard(one) {
  const received = Number(one.received);
  const bar = massBar();
  const parts = [
    ...one.outputs.map(([lot, kilograms], i) => ({ name: lot, kilograms, kind: i % 2 ? "other" : "good" })),
    { name: word("mass_cartons"), kilograms: one.cartons, kind: "good" }, { name: word("mass_shipped"), kilograms: one.shipped, kind: "other" },
    { name: word("mass_loss"), kilograms: one.loss, kind: "loss" }, { name: word("mass_thrown"), kilograms: one.thrown, kind: "loss" },
    { name: word("mass_left"), kilograms: one.left, kind: "left" },
  ].filter((part) => Number(part.kilograms) !== 0);
  const over = Number(one.left) < 0;
  bar.show({
    caption: `${word("balance")} · ${unbroken(one.lot)}`,
    parts: parts.map((part) => ({ ...part, text: mass(part.kilograms), share: received > 0 ? Math.max(0, Number(part.kilograms)) / received : 0 })),
    note: word(over ? "balance_over" : "balance_even", { kg: mass(one.received), over: mass(String(one.left).replace("-", "")) }), level: over ? "warn" : "ok",
  });
  return h("section.card", {}, bar.element);
}

export function stayCard(stay) {
  const series = stay.series.reduce((worst, one) => (!worst || Number(one.coverage) < Number(worst.coverage) ? one : worst), null);
  const spark = sparkline();
  const from = Date.parse(stay.span.since);
  const width = Math.max(1, Date.parse(stay.span.until) - from);
  const points = series ? columnsOf(series.columns, from, width) : [];
  spark.show({ points, columns: COLUMNS, above: stay.above === null ? null : Number(stay.above), below: stay.below === null ? null : Number(stay.below) });
  const beyond = stay.series.reduce((sum, one) => Math.max(sum, (one.above_s ?? 0) + (one.below_s ?? 0)), 0);
  const known = series && series.minimum !== null;
  const rows = [
    known ? [word("low_high"), withUnit(range(rounded(series.minimum, 1), rounded(series.maximum, 1), word("until")), "°C")] : null,
    [word("beyond_time"), duration(beyond, language())],
    [word("coverage"), series ? `${rounded(Number(series.coverage) * 100, 1)}%` : "0%"],
    ...stay.excursions.map((one) => [word("excursion"), `${withUnit(rounded(one.worst, 1), "°C")} · ${hour(one.span.since)}`]),
  ].filter(Boolean);
  return h(
    "section.card.stay-card", {}, h("h3", {}, icon("thermometer"), stay.room_name), spark.element,
    h("p.stay-span", {}, h("span", {}, `${dayOfYear(stay.span.since)} ${hour(stay.span.since)}`), h("span", {}, stay.inside ? word("still_inside") : `${dayOfYear(stay.span.until)} ${hour(stay.span.until)}`)),
    h("dl.rows", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
  );
}

/** Put a stay's columns on so many places: a peak of one column stays where it is. */
function columnsOf(columns, from, width) {
  const found = new Map();
  for (const [at, low, high, mean] of columns) {
    const place = Math.min(COLUMNS - 1, Math.max(0, Math.floor(((Date.parse(at) - from) / width) * COLUMNS)));
    const known = found.get(place);
    if (!known) found.set(place, [place, Number(mean), Number(low), Number(high)]);
    else {
      known[2] = Math.min(known[2], Number(low));
      known[3] = Math.max(known[3], Number(high));
      if (Math.abs(Number(high) - known[1]) > Math.abs(known[1] - Number(mean)) && Number(high) > known[1]) known[1] = Number(high);
    }
  }
  return [...found.values()].sort((one, other) => one[0] - other[0]);
}

export function labelCard(told, say) {
  if (!told.labels.length && !told.stamps.length) return null;
  return h("section.card", {}, h("h3", {}, word("labels")), h("dl.rows", {},
    told.labels.map((one) => h("div", {}, h("dt", {}, say(one.words)), h("dd", {}, amount(one.count)))),
    told.stamps.length ? h("div", {}, h("dt", {}, word("stamps")), h("dd", {}, amount(told.stamps.length))) : null));
}

export function weightsCard(told) {
  if (!told.weights.length) return null;
  return h(
    "details.card.more", {}, h("summary", {}, h("h3", {}, word("weighings_n", { n: told.weights.length })), icon("next")),
    h("div.scrolls", { tabindex: 0, role: "region", "aria-label": word("weighings") }, h("table", {},
      h("thead", {}, h("tr", {}, ["time", "what", "gross", "tare", "net", "raw_frame"].map((name) => h("th", { scope: "col" }, word(`weight_${name}`))))),
      h("tbody", {}, told.weights.slice(0, 200).map((one) => h("tr", {}, h("th", { scope: "row" }, moment(one.at)), h("td", {}, unbroken(one.what)),
        [one.gross, one.tare, one.net].map((kilograms) => h("td.number", {}, mass(kilograms))), h("td", {}, h("code", {}, one.frame ?? "")))))),
    ),
  );
}

const STATUS = { there: "check", missing: "cross", optional: "minus", not_yet: "clock" };

export function keyDataCard(told, say) {
  return h(
    "details.card.more", {}, h("summary", {}, h("h3", {}, word("key_data", { n: told.key_data.filter((one) => one.status === "there").length, of: told.key_data.length })), icon("next")),
    h("ol.key-data", {}, told.key_data.map((one) => h("li", { "data-status": one.status }, icon(STATUS[one.status]),
      h("div", {}, h("span", {}, `${one.number}. ${say(one.name)}`), h("strong", {}, unbroken(one.value ?? word(`key_${one.status}`))))))),
  );
}

// What is said of a room, made of the stream's figures: shared by the tiles, one room, and the acknowledgement.

import { ago, amount, duration, hour, range, rounded, signed, withUnit } from "../format.js";
import { stream } from "../stream.js";
import { language, word } from "../words.js";

/** How old a value of a room is, in seconds, on the house's clock and this page's. */
export function ageOf(room) {
  if (!room.value || !stream.house) return null;
  return Math.max(0, (Date.parse(stream.house.now) - Date.parse(room.value.at)) / 1000 + stream.age);
}

/** How long an alarm has stood, in seconds. */
export function standingFor(alarm) {
  return stream.house ? Math.max(0, (Date.parse(stream.house.now) - Date.parse(alarm.since)) / 1000 + stream.age) : 0;
}

export function decimalsOf(quantity) {
  return quantity === "Temperature" ? 1 : 0;
}

/** The value of a room as digits and unit; never of a stale one in live clothes: the tile hatches it. */
export function valueOf(room) {
  const value = room.value;
  return { digits: value && value.amount !== null ? rounded(value.amount, decimalsOf(room.quantity)) : "–", unit: value?.amount ? value.unit : "" };
}

export function stateText(room, { short = false } = {}) {
  if (room.state === "excursion") {
    const minutes = duration(standingFor(room.alarm), language());
    return short ? word("room_beyond_for", { t: minutes }) : word("room_excursion_for", { t: minutes });
  }
  return word(`room_${room.state}`);
}

export function limitsText(room, { bare = false } = {}) {
  const limits = room.limits;
  if (!limits) return "";
  const unit = room.value?.unit ?? "";
  const shown = (value) => amount(value.includes(".") ? value : room.quantity === "Temperature" ? `${value}.0` : value);
  const text = limits.above === null
    ? word("from_value", { v: withUnit(shown(limits.below), unit) })
    : limits.below === null
      ? word("up_to_value", { v: withUnit(shown(limits.above), unit) })
      : withUnit(range(shown(limits.below), shown(limits.above), word("until")), unit);
  return bare ? text : `${word("limit")} ${text}`;
}

export function trendOf(room) {
  if (room.trend === null || room.trend === undefined || room.state === "no_data" || room.state === "fault") return null;
  const steep = Math.abs(room.trend) >= 0.25;
  return {
    icon: !steep ? "level" : room.trend > 0 ? "up" : "down",
    text: word("per_hour", { v: signed(room.trend, decimalsOf(room.quantity)) }),
  };
}

export function insideText(room) {
  const pallets = room.inside.filter((one) => one.kind === "pallet").length;
  const lots = room.inside.length - pallets;
  const parts = [pallets ? word("n_pallets", { n: pallets }) : null, lots ? word("n_lots", { n: lots }) : null].filter(Boolean);
  return parts.length ? parts.join(" · ") : word("empty");
}

export function ageText(room) {
  const age = ageOf(room);
  return age === null ? "" : ago(age, language());
}

/** Since when goods are inside, as the time of day. */
export function sinceText(one) {
  return one.since ? word("in_since", { t: hour(one.since) }) : "";
}

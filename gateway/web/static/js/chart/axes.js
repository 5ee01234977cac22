/* Where things stand on a chart, and what its axes say; pure, so that tests can ask. */

import { day, dayOfYear, hour, rounded } from "../format.js";

const HEADROOM = 0.4; // of the limits' band, on each side: quiet looks quiet
const LEAST_SPAN = 2; // of a series without a band of limits, in its unit
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const EAST = 7 * HOUR;

/** Give the range of the value axis: the limits and 40 % on each side, grown to the data, never shrunk below that. */
export function valueRange({ limits, low, high }) {
  const edges = limits.flatMap(({ above, below }) => [above, below]).filter((edge) => edge !== null && edge !== undefined);
  const data = [low, high].filter((value) => value !== null && value !== undefined);
  if (!edges.length && !data.length) return [0, 1];
  let [bottom, top] = [Math.min(...edges, ...data), Math.max(...edges, ...data)];
  if (edges.length) {
    const band = Math.max(...edges) - Math.min(...edges) || LEAST_SPAN * 2;
    bottom = Math.min(bottom, Math.min(...edges) - HEADROOM * band);
    top = Math.max(top, Math.max(...edges) + HEADROOM * band);
  }
  if (top - bottom < LEAST_SPAN) {
    const middle = (top + bottom) / 2;
    [bottom, top] = [middle - LEAST_SPAN / 2, middle + LEAST_SPAN / 2];
  }
  const air = (top - bottom) * 0.04;
  return [bottom - air, top + air];
}

/** Give five to seven round values of a range, and how many decimals they need. */
export function valueTicks([bottom, top]) {
  const rough = (top - bottom) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9), Number.isInteger(step / power) ? 0 : 1 - Math.floor(Math.log10(power) + 1e-9));
  const ticks = [];
  for (let n = Math.ceil(bottom / step - 1e-9); n * step <= top + 1e-9; n += 1) ticks.push(n * step);
  return ticks.map((value) => ({ value, text: rounded(value.toFixed(6), decimals) }));
}

const STEPS = [5 * 60_000, 10 * 60_000, 15 * 60_000, HOUR / 2, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 10 * DAY];

/** Give the times written below, on round local times, at most `most` of them; `midnight` marks a new day. */
export function timeTicks(from, to, most) {
  const step = STEPS.find((one) => (to - from) / one <= most) ?? STEPS.at(-1);
  const ticks = [];
  for (let at = Math.ceil((from + EAST) / step) * step - EAST; at <= to; at += step) {
    ticks.push({ at, text: step >= DAY ? dayOfYear(at) : hour(at), midnight: (at + EAST) % DAY === 0 });
  }
  return ticks;
}

/** Give the midnights of a time, for the stronger line. */
export function midnights(from, to) {
  const found = [];
  for (let at = Math.ceil((from + EAST) / DAY) * DAY - EAST; at <= to; at += DAY) found.push(at);
  return found;
}

/** Break columns into the parts between gaps: a line never crosses one. */
export function segments(columns, gaps) {
  const parts = [];
  let part = [];
  let next = 0;
  for (const column of columns) {
    let broken = false;
    // a gap's end is the time of the sample after it; its column may begin a little earlier
    while (next < gaps.length && gaps[next][0] < column[0] && part.length) {
      broken = true;
      next += 1;
    }
    while (next < gaps.length && gaps[next][1] <= column[0]) next += 1;
    if (broken) {
      parts.push(part);
      part = [];
    }
    part.push(column);
  }
  if (part.length) parts.push(part);
  return parts;
}

/** Sum columns up for a table: one row each `step` of local time, a gap as a row of its own. */
export function tableRows(series, step) {
  const rows = [];
  for (const [at, low, high, mean, samples] of series.columns) {
    const since = Math.floor((at + EAST) / step) * step - EAST;
    const row = rows.at(-1);
    if (row?.since === since) {
      row.mean = (row.mean * row.samples + mean * samples) / (row.samples + samples);
      row.low = Math.min(row.low, low);
      row.high = Math.max(row.high, high);
      row.samples += samples;
    } else rows.push({ since, low, high, mean, samples });
  }
  const gaps = series.gaps.map(([since, until]) => ({ since, gap: until - since }));
  return [...rows, ...gaps].sort((one, other) => one.since - other.since);
}

/** How a moment is written in a table: with its day when the whole is longer than one. */
export function momentText(at, span) {
  return span > DAY * 1.1 ? `${day(at).slice(0, 5)} ${hour(at)}` : hour(at);
}

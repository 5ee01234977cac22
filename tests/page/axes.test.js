// Where things stand on a chart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { midnights, segments, tableRows, timeTicks, valueRange, valueTicks } from "../../gateway/web/static/js/chart/axes.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test("the axis holds the limits and 40 % on each side, so that quiet looks quiet", () => {
  const [bottom, top] = valueRange({ limits: [{ above: 15, below: 13 }], low: 13.9, high: 14.1 });
  assert.ok(bottom <= 12.2 && bottom > 12 && top >= 15.8 && top < 16);
});

test("the axis grows to the data and is never shrunk by it", () => {
  const [bottom, top] = valueRange({ limits: [{ above: 15, below: 13 }], low: 2, high: 30 });
  assert.ok(bottom < 2 && top > 30);
});

test("without limits and without data there is an axis still", () => {
  for (const range of [valueRange({ limits: [], low: null, high: null }), valueRange({ limits: [], low: 5, high: 5 })]) assert.ok(range[1] > range[0]);
});

test("five to seven labels, on round values, with a decimal comma", () => {
  for (const [low, high] of [[12, 17], [-22.4, -17.6], [0, 1], [0.5, 6], [60, 100], [-3.1, 47.2]]) {
    const ticks = valueTicks([low, high]);
    assert.ok(ticks.length >= 4 && ticks.length <= 8, `${low} to ${high}: ${ticks.map((tick) => tick.text)}`);
    assert.equal(new Set(ticks.map((tick) => tick.text)).size, ticks.length);
  }
  assert.deepEqual(valueTicks([0, 1.2]).map((tick) => tick.text).slice(0, 2), ["0,0", "0,2"]);
});

test("times below are round in Vietnam and as many as there is room for", () => {
  const from = Date.parse("2026-11-20T07:52:00Z"); // 14:52 there
  const ticks = timeTicks(from, from + DAY, 12);
  assert.deepEqual(ticks.slice(0, 2).map((tick) => tick.text), ["16:00", "18:00"]);
  assert.deepEqual(ticks.filter((tick) => tick.midnight).map((tick) => tick.text), ["00:00"]);
  assert.ok(timeTicks(from, from + 7 * DAY, 12).every((tick) => tick.midnight));
  assert.deepEqual(midnights(from, from + DAY), [Date.parse("2026-11-20T17:00:00Z")]);
});

const column = (minute) => [minute * MINUTE, 1, 3, 2, 1];

test("a line is broken at a gap and only there", () => {
  const columns = [0, 1, 2, 9, 10, 11].map(column);
  assert.deepEqual(segments(columns, [[2 * MINUTE, 9 * MINUTE]]).map((part) => part.length), [3, 3]);
  assert.deepEqual(segments(columns, []).map((part) => part.length), [6]);
});

test("gaps before the first and after the last sample break nothing", () => {
  const columns = [5, 6].map(column);
  assert.deepEqual(segments(columns, [[0, 5 * MINUTE], [6 * MINUTE, 60 * MINUTE]]).map((part) => part.length), [2]);
});

test("the table has the same peaks as the chart, and its gaps", () => {
  const columns = [...Array(120).keys()].map((minute) => [minute * MINUTE, 1, minute === 70 ? 9 : 3, 2, 1]);
  const rows = tableRows({ columns, gaps: [[60 * MINUTE, 65 * MINUTE]] }, HOUR);
  assert.deepEqual(rows.filter((row) => !row.gap).map((row) => row.high), [3, 9]);
  assert.equal(rows.find((row) => row.gap).gap, 5 * MINUTE);
});

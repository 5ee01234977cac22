// The components of rooms and devices, in each of their states; names and figures are invented.

import { chart } from "../../chart.js";
import { choice } from "../../components/choice.js";
import { deviceTable } from "../../components/device-table.js";
import { lane } from "../../components/lane.js";
import { meter } from "../../components/meter.js";
import { rangeSwitch } from "../../components/range-switch.js";
import { roomTile } from "../../components/room-tile.js";
import { sparkline } from "../../components/sparkline.js";
import { h } from "../../dom.js";

const MINUTE = 60_000;
const DAY = 1440;
const TO = Date.parse("2026-11-21T07:52:00Z");
const LIMITS = { above: 15, below: 13 };

export function houseSamples() {
  return [
    ["room-tile", ...tiles()],
    ["sparkline", ...[flat(), rising(), []].map((points) => h("div.sample-side", {}, made(sparkline(), { points, columns: 90, ...LIMITS })))],
    ["chart", h("div.sample-chart.card", {}, drawn())],
    ["lane", h("div.sample-wide", {}, made(lane(), {
      caption: "Cửa", from: 0, to: 100,
      blocks: [{ since: 5, until: 6, kind: "door" }, { since: 20, until: 31, kind: "long" }, { since: 60, until: 66, kind: "defrost" }],
    }))],
    ["range-switch", made(rangeSwitch(), { label: "Khoảng thời gian", chosen: "24", options: [{ value: "1", label: "1 giờ" }, { value: "24", label: "24 giờ" }, { value: "168", label: "7 ngày" }] })],
    ["choice", h("div.sample-wide", {}, made(choice(), {
      label: "Vì sao?", chosen: "door",
      options: [{ value: "door", label: "Cửa mở khi nhập hàng", icon: "door" }, { value: "power", label: "Mất điện", icon: "bolt" }],
    }))],
    ["device-table", h("div.sample-wide.card", {}, devices())],
    ["meter", ...[0.12, 0.91].map((share) => h("div.sample-side", {}, made(meter(), { share, marks: [0.85], label: "Sổ sự kiện" })))],
  ];
}

function made(component, props) {
  component.show(props);
  return component.element;
}

function flat() {
  return [...Array(90).keys()].map((i) => {
    const value = 14 + 0.3 * Math.sin(i / 4);
    return [i, value, value - 0.1, value + 0.1];
  });
}

function rising() {
  return flat().map(([i, mean]) => {
    const value = mean + Math.max(0, i - 66) * 0.11;
    return [i, value, value - 0.1, value + 0.1];
  });
}

function tiles() {
  const line = { points: flat(), columns: 90, ...LIMITS };
  const tile = { name: "Kho lạnh 1", value: "13,9", unit: "°C", trend: { icon: "level", text: "0,0/giờ" }, line, limits: "Ngưỡng 13,0–15,0 °C", inside: "4 pallet", age: "3 giây trước", href: "/components" };
  return [
    { ...tile, state: "ok", stateText: "Trong ngưỡng" },
    { ...tile, name: "Kho lạnh 2", state: "excursion", stateText: "Vượt 42 phút", value: "16,6", trend: { icon: "up", text: "+2,1/giờ" }, line: { ...line, points: rising() }, acknowledge: { label: "Đã biết cảnh báo", onpress: () => {} } },
    { ...tile, state: "acknowledged", stateText: "Đã biết, còn vượt", value: "16,1", line: { ...line, points: rising() } },
    { ...tile, state: "beyond", stateText: "Ngoài ngưỡng", value: "15,2" },
    { ...tile, name: "Kho đông", state: "defrost", stateText: "Đang xả băng", value: "\u221219,2" },
    { ...tile, name: "Kho lạnh 3", state: "no_data", stateText: "Không có số đo", trend: null, age: "12 phút trước" },
    { ...tile, state: "fault", stateText: "Cảm biến lỗi", value: "–", unit: "", trend: null },
  ].map((props) => h("div.sample-tile", {}, made(roomTile(), props)));
}

/** A day like that of the picture: a peak of one sample, a gap, two excursions, an open door, a defrost. */
function series() {
  const value = (m) => {
    const base = 14 + 0.45 * Math.sin((m / 30) * 2 * Math.PI);
    if (m === 350) return 16.3;
    if (m > 1045 && m < 1090) return base + 2.2 * Math.exp(-(((m - 1068) / 12) ** 2));
    return m > 1396 ? base + (m - 1396) / 18 : base;
  };
  const at = (m) => TO - (DAY - m) * MINUTE;
  const columns = [...Array(DAY).keys()].filter((m) => m < 740 || m >= 786).map((m) => [at(m), value(m), value(m), value(m), 1]);
  return {
    from: at(0), to: TO, width_ms: MINUTE, interval_ms: MINUTE, unit: "°C", quantity: "Temperature", columns,
    gaps: [[at(739), at(786)]], last: [columns.at(-1)[0], columns.at(-1)[3]],
    runs: [[at(350), at(351), 16.3, at(350), false], [at(1056), at(1080), 16.2, at(1068), true], [at(1412), TO, 16.6, at(1439), true]],
    limits: [{ since: at(0), ...LIMITS, delay_s: 600 }], figures: { low: 13.5, high: 16.6, mean: 14.1, coverage: 0.968, beyond_s: 3120 },
    doors: [[at(346), at(350)], [at(1050), at(1086)]], defrosts: [[at(430), at(455)]],
    moves: [{ at: at(346), direction: "in" }, { at: at(920), direction: "out" }],
  };
}

function drawn() {
  const one = chart();
  const figure = (value) => value.toFixed(1).replace(".", ",");
  const minutes = (ms) => `${Math.round(ms / MINUTE)} phút`;
  one.show(series(), {
    above: (value) => `Trên ${figure(value)}`, below: (value) => `Dưới ${figure(value)}`, value: (value) => `${figure(value)} °C`,
    gap: (ms) => `Không có số đo ${minutes(ms)}`, peak: (value, ms) => `${figure(value)} · ${minutes(ms)}`, duration: minutes,
    lanes: { door: "Cửa", defrost: "Xả băng", moves: "Vào / ra" }, summary: "Một ngày của Kho lạnh 2",
    flag: (column) => ["08:40", `${figure(column[3])} °C`, "Trong ngưỡng"],
  });
  return one.element;
}

function devices() {
  const row = { about: "mt_sics · 9600 8N1", values: ["18,42 kg"], age: "0,1 s", took: "14 ms", errors: "0", news: "", frameNote: "" };
  return made(deviceTable(), {
    label: "Thiết bị", head: ["Thiết bị", "Kết nối", "Giá trị cuối", "Cách đây", "Khung gốc", "Trả lời", "Lỗi 24 giờ"],
    rows: [
      { ...row, id: "a", name: "pack-2-scale", state: { icon: "check", text: "Nối tốt" }, frame: { text: "S S     18.42 kg", hex: "53 20 53", readable: true } },
      { ...row, id: "b", name: "cr2", about: "địa chỉ slave 2", child: true, values: ["16,6 °C"], state: { icon: "check", text: "Nối tốt" }, frame: { text: "····", hex: "02 04 04 00 A6 03 70 29 B3", readable: false }, errors: "2 khung sai" },
      { ...row, id: "c", name: "cr3", about: "địa chỉ slave 3", child: true, values: [], age: "", took: "", state: { icon: "no-signal", text: "Im lặng", tone: "stop", strong: true }, frame: null, frameNote: "không trả lời", errors: "41 hết giờ", news: "unit 3 does not answer" },
    ],
  });
}

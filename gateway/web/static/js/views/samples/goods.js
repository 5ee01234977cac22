// The components of lots and traces, in each of their states; names and figures are invented.

import { massBar } from "../../components/mass-bar.js";
import { stepCard } from "../../components/step-card.js";
import { tabs } from "../../components/tab.js";
import { timeline } from "../../components/timeline.js";
import { verdict } from "../../components/verdict.js";
import { h } from "../../dom.js";

export function goodsSamples() {
  return [
    ["tab", h("div.sample-wide", {}, bar())],
    ["verdict", ...verdicts()],
    ["step-card", h("div.sample-wide.steps", {}, steps())],
    ["timeline", h("div.sample-wide.card", {}, life())],
    ["mass-bar", ...masses()],
  ];
}

function made(component, props) {
  component.show(props);
  return component.element;
}

function bar() {
  const one = tabs({ navigate: () => {} });
  one.show({
    tabs: [
      { path: "/", label: "Trạm", icon: "scale" }, { path: "/rooms", label: "Kho lạnh", icon: "thermometer", chosen: true, count: 1 },
      { path: "/lots", label: "Lô", icon: "box" }, { path: "/devices", label: "Thiết bị", icon: "chip" },
    ], who: "Trần Văn Hòa", clock: "14:52",
  });
  return one.element;
}

function verdicts() {
  return [
    { level: "ok", parts: ["An toàn", "Đầy đủ", "Chuỗi nguyên vẹn"], note: "Tỉnh đã nhận 72 trên 73 bản ghi.", confirm: { level: 2 } },
    { level: "stale", parts: ["Thiếu số liệu", "Đầy đủ", "Chuỗi nguyên vẹn"], reasons: ["Có số đo 71,4% thời gian, cần 90%"] },
    { level: "warn", parts: ["An toàn", "Thiếu mục 7", "Chuỗi nguyên vẹn"], reasons: ["Chưa kiểm tra chất lượng"] },
    { level: "stop", parts: ["Có vượt ngưỡng", "Đầy đủ", "Chuỗi nguyên vẹn"], reasons: ["Kho lạnh 2: 16,6 °C trong 42 phút"], confirm: { level: 3 } },
  ].map((props) => h("div.sample-wide", {}, made(verdict(), props)));
}

function steps() {
  return [
    { caption: "Một bước trước", title: "NH-0412", lines: ["VN-XXOR-0017", "thu hoạch 18/11/2026"] },
    { caption: "Lô này", title: "H261119-0029", lines: ["812,40 kg", "VN-XXPH-003"], chosen: true },
    { caption: "Một bước sau", title: "C-118", lines: ["Trung Quốc", "xuất 20/11/2026 09:20"] },
  ].map((props) => stepCard(props).element);
}

function life() {
  return made(timeline(), { rows: [
    { time: "05:52", date: "19/11", icon: "truck", title: "Nhận tại cổng", lines: ["Cả bì 1296,20 kg", "Bì 47,60 kg", "Tịnh 1248,60 kg"], level: 3 },
    { time: "07:31", icon: "search", title: "Kiểm tra: đạt", lines: ["Chất khô 34%"], level: 3 },
    { time: "08:02", icon: "box", title: "Đóng 44 thùng", lines: ["44 nhãn đã ra"], level: 2, note: "Ghi từ phiếu giấy P-0031" },
    { time: "08:20", icon: "void", title: "Thùng 138", lines: ["18,42 kg"], level: 1, struck: true, note: "Đã đính chính 21/11/2026 09:00: cân nhầm thùng" },
  ] });
}

function masses() {
  const parts = [
    { name: "G261119-0001", text: "812,40 kg", share: 0.65, kind: "good" }, { name: "G261119-0002", text: "402,10 kg", share: 0.32, kind: "other" },
    { name: "Hao hụt", text: "34,10 kg", share: 0.03, kind: "loss" },
  ];
  return [
    { caption: "Cân đối khối lượng", parts, note: "Vào 1248,60 kg, không thiếu", level: "ok" },
    { caption: "Cân đối khối lượng", parts, note: "Vào 1248,60 kg, ra nhiều hơn 12,00 kg", level: "warn" },
  ].map((props) => h("div.sample-side", {}, made(massBar(), props)));
}

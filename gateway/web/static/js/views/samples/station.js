// The components of a station, in each of their states; names and figures are invented.

import { appBar } from "../../components/app-bar.js";
import { button } from "../../components/button.js";
import { confirmMark } from "../../components/confirm-mark.js";
import { curtain } from "../../components/curtain.js";
import { gauge } from "../../components/gauge.js";
import { lotCard } from "../../components/lot-card.js";
import { person } from "../../components/person.js";
import { pill } from "../../components/pill.js";
import { pinPad } from "../../components/pin-pad.js";
import { recentList } from "../../components/recent-list.js";
import { scanBox } from "../../components/scan-box.js";
import { stage } from "../../components/stage.js";
import { strip } from "../../components/strip.js";
import { weight } from "../../components/weight.js";
import { h } from "../../dom.js";

const LIMITS = { low: 18, high: 18.6, lowText: "18,00", highText: "18,60" };
const SUMS = [["Cả bì", "19,04"], ["Bì", "0,62"]];

export function stationSamples() {
  return [
    ["app-bar", ...bars()],
    ["stage", ...stages()],
    ["weight", ...["8,42", "118,42", "1218,42", "12\u202f218,42"].map((digits) => made(weight(), { digits, unit: "kg" }))],
    ["gauge", ...[17.86, 18.2, 18.42, 19.4, null].map((value) => h("div.sample-wide", {}, made(gauge(), { ...LIMITS, value })))],
    ["lot-card", ...cards()],
    ["recent-list", ...lists()],
    ["confirm-mark", ...[1, 2, 3].map((level) => made(confirmMark(), { level, words: true })),
      made(confirmMark(), { level: "returned", words: true, reason: "mã số vùng trồng đã bị thu hồi" })],
    ["scan-box", ...boxes()],
    ["button", ...buttons()],
    ["pill", ...pills()],
    ["strip", ...strips()],
    ["pin-pad", ...pads()],
    ["person", ...persons()],
    ["curtain", askToVoid()],
  ];
}

function made(component, props) {
  component.show(props);
  return component.element;
}

function bars() {
  const quiet = {
    title: "Trạm đóng gói 2", who: "Lê Thị Mai", clock: "08:14",
    lights: [{ icon: "cloud", caption: "Tỉnh", value: "08:14" }, { icon: "printer", value: "Sẵn sàng" }],
  };
  const troubled = {
    title: "Trạm đóng gói 2", who: "Lê Thị Mai", clock: "14:26",
    lights: [
      { icon: "no-signal", value: "Mất kết nối", tone: "stop", strong: true },
      { icon: "cloud-struck", value: "312 chờ gửi", tone: "warn" },
      { icon: "printer", value: "Hết giấy", tone: "warn" },
    ],
  };
  return [quiet, troubled].map((props) => h("div.sample-wide", {}, made(appBar(), props)));
}

function stages() {
  const weighed = { weight: { digits: "18,42", unit: "kg" }, gauge: { ...LIMITS, value: 18.42 }, sums: SUMS };
  return [
    { state: "no-lot", word: "Chưa có lô", headline: "Quét thẻ lô để bắt đầu", reading: "Cân đang đọc 0,00 kg" },
    { ...weighed, state: "ready", word: "Sẵn sàng", hint: "Đặt thùng lên cân", weight: { digits: "0,00" }, gauge: { ...LIMITS, value: null } },
    { ...weighed, state: "loading", word: "Cân chưa ổn định", hint: "Giữ yên, đừng chạm vào cân" },
    { ...weighed, state: "stable", word: "Ổn định", hint: "Đang ghi, giữ thùng trên cân" },
    { ...weighed, state: "under", word: "Thiếu 0,35 kg", hint: "Thêm vào cho đủ 18,00 kg", weight: { digits: "17,65" }, gauge: { ...LIMITS, value: 17.65 } },
    { ...weighed, state: "over", word: "Thừa 0,35 kg", hint: "Bớt ra cho đủ 18,60 kg", weight: { digits: "18,95" }, gauge: { ...LIMITS, value: 18.95 } },
    { ...weighed, state: "captured", word: "Đã ghi · Nhấc ra", hint: "Thùng 138 · nhãn đã ra" },
    {
      state: "refused", word: "Từ chối", headline: "Vùng trồng VN-XXOR-0009 đang bị tạm dừng",
      detail: "Không nhận lô xuất khẩu. Báo tổ trưởng", facts: [["Tạm dừng từ", "19/11/2026"], ["Danh mục", "06:00 hôm nay"]],
    },
    { ...weighed, state: "silent", word: "Mất tín hiệu cân", hint: "Kiểm tra dây và nguồn của cân", weight: null, gauge: null, sums: [] },
    { ...weighed, state: "stale", word: "Mất kết nối", hint: "Số cũ 6 giây · đang nối lại" },
    { state: "overload", word: "Quá tải", hint: "Nhấc bớt ra ngay", weight: { digits: "–" } },
    { ...weighed, state: "printer", word: "Đã ghi. Máy in hết giấy", hint: "Thay cuộn giấy. Không cân lại", gauge: null },
    { state: "full", word: "Bộ nhớ đầy", headline: "Không ghi được", detail: "Ngừng cân, gọi kỹ thuật ngay" },
    { state: "ask", word: "Hôm nay là 21/11/2026?", headline: "Xem lịch rồi trả lời" },
  ].map((props) => h("div.sample-stage", {}, made(stage(), props)));
}

function cards() {
  const lot = {
    caption: "Lô đang làm", code: "H261121-0042-A", product: "Sầu riêng Ri6 · Hạng A",
    facts: [["Vùng trồng", "VN-XXOR-0017"], ["Đóng gói", "VN-XXPH-003"], ["Thị trường", "Trung Quốc"]],
    progress: { caption: "Pallet 4", value: "37 / 60 thùng", share: 37 / 60 },
  };
  const none = { caption: "Lô đang làm", code: "Chưa chọn", quiet: true, note: "Quét thẻ lô trên sọt, hoặc chọn lô đã phân loại." };
  return [lot, none].map((props) => h("div.sample-side", {}, made(lotCard(), props)));
}

function lists() {
  const rows = [
    { id: "5", name: "Thùng 138", value: "18,42 kg", level: 1, onvoid: () => {}, voidLabel: "Hủy lần cân 138" },
    { id: "4", name: "Thùng 137", value: "18,37 kg", level: 2 },
    { id: "3", name: "Thùng 136", value: "18,55 kg", level: 3 },
    { id: "2", name: "Thùng 135", value: "18,21 kg", level: 3, struck: true, note: "đã hủy" },
    { id: "1", name: "Thùng 134", value: "18,60 kg", level: "returned" },
  ];
  return [
    h("div.sample-side", {}, made(recentList(), { caption: "Vừa ghi", rows })),
    h("div.sample-side", {}, made(recentList(), { caption: "Vừa ghi", rows: [], empty: "Chưa có lần cân nào trong ca" })),
  ];
}

function boxes() {
  return [
    { title: "Sẵn sàng quét", note: "Thẻ lô, thẻ nhân viên, mã lệnh" },
    { title: "H261121-0042-A", note: "Đã nhận lúc 08:02", outcome: "taken" },
    { title: "H261121-0051", note: "Không nhận ra mã này", outcome: "refused" },
  ].map((props) => h("div.sample-wide", {}, made(scanBox(), props)));
}

function buttons() {
  return [
    { label: "Ghi cân", icon: "check", kind: "primary" },
    { label: "In lại", icon: "reprint" },
    { label: "Hủy lần cân", icon: "void", kind: "danger" },
    { label: "Kết thúc lô", icon: "flag", kind: "quiet" },
    { label: "Ghi cân", locked: true, why: "Chờ cân ổn định" },
  ].map((props) => button(props).element);
}

function pills() {
  return [
    { text: "Trong ngưỡng", icon: "check" },
    { text: "Trong ngưỡng", icon: "check", tone: "ok" },
    { text: "Đang xả băng", icon: "drop", tone: "accent" },
    { text: "Hết giấy", icon: "printer", tone: "warn" },
    { text: "1 nhãn chờ", icon: "printer", tone: "warn", strong: true },
    { text: "Vượt 42 phút", icon: "alert", tone: "stop", strong: true },
    { text: "Đã biết, còn vượt", icon: "alert", tone: "outline" },
    { text: "Cảm biến lỗi", icon: "sensor", tone: "warn" },
    { text: "Không có số đo", icon: "no-signal", tone: "stale" },
  ].map((props) => pill(props).element);
}

function strips() {
  return [
    { icon: "cloud-struck", title: "Mất mạng, vẫn cân được.", text: "312 bản ghi đã lưu · mất 0 · tỉnh nhận lần cuối 12:58" },
    { icon: "clock", title: "Đồng hồ chưa đồng bộ.", text: "Ngày đã có người xác nhận. Báo kỹ thuật", tone: "plain" },
    { icon: "alert", title: "Kho lạnh 2 vượt ngưỡng.", text: "16,6 °C trong 42 phút", tone: "stop" },
  ].map((props) => h("div.sample-wide", {}, made(strip(), props)));
}

function pads() {
  return [{}, { message: "Mã PIN chưa đúng. Còn 3 lần." }, { message: "Tạm khóa. Thử lại sau 5 phút", locked: true }].map((props) => {
    const pad = pinPad({ onpin: () => {} });
    pad.show(props);
    return pad.element;
  });
}

function persons() {
  return [
    { name: "Lê Thị Mai", role: "Nhân viên" },
    { name: "Trần Văn Hòa", role: "Tổ trưởng", chosen: true },
  ].map((props) => h("div.sample-side", {}, person(props).element));
}

function askToVoid() {
  const question = curtain();
  const open = () => question.open({
    title: "Hủy lần cân 138, 18,42 kg?",
    body: h("p", {}, "Nhãn 138 không còn giá trị. Bản ghi gốc được giữ lại."),
    actions: [
      { label: "Quay lại", icon: "back", onpress: () => question.close() },
      { label: "Hủy lần cân", icon: "void", kind: "danger", onpress: () => question.close() },
    ],
  });
  return button({ label: "Hủy lần cân", icon: "void", kind: "danger", onpress: open, test: "open-curtain" }).element;
}

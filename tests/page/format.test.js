// Formats by the glossary, section 4; run by `node --test`.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as format from "../../gateway/web/static/js/format.js";

const cases = (name, f, rows) => {
  for (const [given, wanted] of rows) test(`${name}: ${JSON.stringify(given)} is ${wanted}`, () => assert.equal(f(...[given].flat()), wanted));
};

cases("an amount keeps every decimal, with a comma", format.amount, [
  ["10.25", "10,25"], ["1025.50", "1025,50"], ["12345.60", "12\u202f345,60"], ["1234567", "1\u202f234\u202f567"],
  ["-10.1", "\u221210,1"], ["-0.00", "0,00"], ["0", "0"], [null, "–"], ["", "–"], ["9999", "9999"], ["overload", "overload"],
]);

cases("a temperature has one decimal", format.temperature, [
  ["-10.05", "\u221210,1\u00a0°C"], ["13.94", "13,9\u00a0°C"], ["-0.04", "0,0\u00a0°C"], ["1.005", "1,0\u00a0°C"], [null, "–\u00a0°C"],
]);

cases("rounding is away from zero at the half, on the written digits", format.rounded, [
  [["1.005", 2], "1,01"], [["-2.5", 0], "\u22123"], [["99.95", 1], "100,0"], [["12345.6", 0], "12\u202f346"], [["x", 1], "–"],
]);

cases("a change bears its sign, nothing bears none", format.signed, [
  [["2.1", 1], "+2,1"], [["-1.8", 1], "\u22121,8"], [["0.04", 1], "0,0"], [["-0.04", 1], "0,0"],
]);

cases("a unit stands behind a no-break space, the percent sign does not", (value, unit) => format.withUnit(value, unit), [
  [["18,42", "kg"], "18,42\u00a0kg"], [["88", "%"], "88%"], [["3", ""], "3"],
]);

cases("a range with a minus says its word", format.range, [
  [["13,0", "15,0", "đến"], "13,0–15,0"], [["\u221222,0", "\u221218,0", "đến"], "\u221222,0 đến \u221218,0"],
]);

cases("a mass that was summed up has two decimals at least", format.mass, [["54.4", "54,40\u00a0kg"], ["0", "0,00\u00a0kg"], ["1.0255", "1,0255\u00a0kg"]]);

test("times are those of Vietnam, across midnight, wherever the browser is", () => {
  assert.equal(format.hour("2026-11-20T17:05:09Z"), "00:05");
  assert.equal(format.second("2026-11-20T17:05:09Z"), "00:05:09");
  assert.equal(format.day("2026-11-20T17:05:09Z"), "21/11/2026");
  assert.equal(format.moment("2026-11-21T07:10:00+00:00"), "21/11/2026 14:10");
  assert.equal(format.calendarDay("2026-03-01"), "01/03/2026");
  assert.notEqual(format.dayNumber("2026-11-20T16:59:59Z"), format.dayNumber("2026-11-20T17:00:00Z"));
});

cases("a duration says two units at most", (s) => format.duration(s, "vi"), [
  [0, "0 giây"], [59.9, "59 giây"], [60, "1 phút"], [7500, "2 giờ 5 phút"], [7200, "2 giờ"], [97200, "1 ngày 3 giờ"],
]);

test("an age is said as a duration ago, in both languages", () => {
  assert.equal(format.ago(190, "vi"), "3 phút trước");
  assert.equal(format.ago(190, "en"), "3 min ago");
});

cases("a short age fits a table", format.shortAge, [[0.14, "0,1 s"], [12.9, "12 s"], [720, "12 min"], [null, "–"], [7200, "2 h"], [200000, "2 d"]]);

cases("a search knows no marks and no đ", format.folded, [
  ["Đắk Lắk", "dak lak"], ["SẦU RIÊNG", "sau rieng"], ["Nguyễn Thị Đào", "nguyen thi dao"], ["hoà", "hoa"], ["Ữ", "u"],
]);

test("composed and decomposed letters fold alike", () => {
  assert.equal(format.folded("Sầu riêng".normalize("NFD")), format.folded("Sầu riêng".normalize("NFC")));
});

test("names sort the Vietnamese way, numbers as numbers", () => {
  const sorted = ["Lô 10", "Lô 2", "đu đủ", "dưa", "mã", "má", "mạ", "ma", "mà", "mả", "mă", "mâ"].sort(format.byName);
  assert.deepEqual(sorted, ["dưa", "đu đủ", "Lô 2", "Lô 10", "ma", "mà", "mả", "mã", "má", "mạ", "mă", "mâ"]);
});

test("people sort by given name", () => {
  assert.deepEqual(["Trần Văn Hòa", "Lê Thị Mai", "Nguyễn Thị Đào"].sort(format.byGivenName), ["Nguyễn Thị Đào", "Trần Văn Hòa", "Lê Thị Mai"]);
});

cases("a typed number takes comma and point, and refuses two kinds", format.typed, [
  ["10,25", "10.25"], ["10.25", "10.25"], ["1.025,5", null], ["\u22125,0", "-5.0"], ["12 345", "12345"], ["kg", null],
]);

test("codes hold together at their hyphens", () => {
  assert.equal(format.unbroken("Vùng VN-XXOR-0009 bị tạm dừng"), "Vùng VN-\u2060XXOR-\u20600009 bị tạm dừng");
  assert.equal(format.unbroken("a - b"), "a - b");
});

test("a carton's serial is shown in two parts", () => {
  assert.equal(format.cartonNumber("261121000001"), "2611210 00001");
});

/* Numbers, dates and texts as people read them; the page's half of what gateway/locale/shown.py does.

   Amounts come as text with a decimal point, every digit kept: a float would invent some. Times are shown as they are
   in Vietnam, wherever the browser thinks it is. */

const NO_BREAK_SPACE = "\u00a0";
const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";
const WORD_JOINER = "\u2060";
const GROUPED_FROM = 5; // digits: from 10 000 up
const HOURS_EAST = 7;
const DASH = "–";

/** The unit codes of readings, as they are shown. */
const UNITS = { KGM: "kg", GRM: "g", CEL: "°C", P1: "%", MTK: "m²", HUR: "h", VLT: "V", HTZ: "Hz" };

/** Give a number as people read it: decimal comma, every decimal kept, true minus, from 10 000 up in groups. */
export function amount(value) {
  if (value === null || value === undefined || value === "") return DASH;
  const [, sign, whole, fraction] = /^([-+\u2212]?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) return String(value);
  const grouped = whole.length >= GROUPED_FROM ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE) : whole;
  const negative = (sign === "-" || sign === MINUS) && /[1-9]/.test(whole + (fraction ?? ""));
  return (negative ? MINUS : "") + grouped + (fraction ? `,${fraction}` : "");
}

/** Give a number rounded to so many decimals, half away from zero, as people read it. */
export function rounded(value, decimals) {
  if (value === null || value === undefined || value === "") return DASH;
  const number = Number(value);
  if (!Number.isFinite(number)) return DASH;
  const shifted = Math.round(Math.abs(Number(`${Math.abs(number)}e${decimals}`)));
  const digits = String(shifted).padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return amount(`${number < 0 ? "-" : ""}${digits.slice(0, cut)}${decimals ? `.${digits.slice(cut)}` : ""}`);
}

/** Give a change with its sign: +0,2, −0,1, 0,0. */
export function signed(value, decimals) {
  const text = rounded(value, decimals);
  return text !== DASH && !text.startsWith(MINUS) && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Give the unit of a code as it is shown. */
export function unitName(code) {
  return UNITS[code] ?? code ?? "";
}

/** Put a unit behind a number: a no-break space between, none before the percent sign. */
export function withUnit(shown, unit) {
  if (!unit) return shown;
  return unit === "%" ? `${shown}%` : `${shown}${NO_BREAK_SPACE}${unit}`;
}

/** Give a mass in kilograms: 10,25 kg. */
export function kg(value) {
  return withUnit(amount(value), "kg");
}

/** Give a mass that was summed up: two decimals at least, more where there are more. */
export function mass(value) {
  const [whole, fraction = ""] = String(value).split(".");
  return /^-?\d+$/.test(whole) ? kg(`${whole}.${fraction.padEnd(2, "0")}`) : kg(value);
}

/** Give a temperature with its one decimal: −10,1 °C. */
export function temperature(value) {
  return withUnit(rounded(value, 1), "°C");
}

/** Give two numbers as a range; with a minus among them the word between is said. */
export function range(low, high, until) {
  return /^[\u2212]/.test(low + high) || low.includes(MINUS) || high.includes(MINUS) ? `${low} ${until} ${high}` : `${low}–${high}`;
}

function local(at) {
  return new Date(new Date(at).getTime() + HOURS_EAST * 3600_000);
}

const two = (number) => String(number).padStart(2, "0");

/** Give the local time of day: 14:10. */
export function hour(at) {
  const there = local(at);
  return `${two(there.getUTCHours())}:${two(there.getUTCMinutes())}`;
}

/** Give the local time of day to the second, for technicians: 14:10:05. */
export function second(at) {
  return `${hour(at)}:${two(local(at).getUTCSeconds())}`;
}

/** Give a date: 21/11/2026. */
export function day(at) {
  const there = local(at);
  return `${two(there.getUTCDate())}/${two(there.getUTCMonth() + 1)}/${there.getUTCFullYear()}`;
}

/** Give day and month where the year stands elsewhere: 21/11. */
export function dayOfYear(at) {
  return day(at).slice(0, 5);
}

/** Give date and time: 21/11/2026 14:10. */
export function moment(at) {
  return `${day(at)} ${hour(at)}`;
}

/** Give the date of a calendar day that came as text: 2026-11-21 is 21/11/2026. */
export function calendarDay(text) {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text ?? "") ?? [];
  return year ? `${date}/${month}/${year}` : (text ?? "");
}

/** Whole local days since the epoch: two moments of one day have the same. */
export function dayNumber(at) {
  return Math.floor(local(at).getTime() / 86_400_000);
}

const UNITS_OF_TIME = {
  vi: { day: "ngày", hour: "giờ", minute: "phút", second: "giây", ago: (text) => `${text} trước` },
  en: { day: "d", hour: "h", minute: "min", second: "s", ago: (text) => `${text} ago` },
};

/** Give a duration of seconds: 45 giây, 12 phút, 2 giờ 5 phút, 3 ngày 4 giờ. */
export function duration(seconds, language) {
  const names = UNITS_OF_TIME[language];
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} ${names.second}`;
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const parts = days
    ? [[days, names.day], [hours % 24, names.hour]]
    : hours ? [[hours, names.hour], [minutes % 60, names.minute]] : [[minutes, names.minute]];
  return parts.filter(([count], i) => i === 0 || count > 0).map(([count, name]) => `${count} ${name}`).join(" ");
}

/** Give how long ago: 3 phút trước. */
export function ago(seconds, language) {
  return UNITS_OF_TIME[language].ago(duration(seconds, language));
}

/** Give a short age for a table: 0,1 s, 12 s, 5 min, 3 h, 2 d. */
export function shortAge(seconds) {
  if (seconds === null || seconds === undefined) return DASH;
  if (seconds < 10) return `${rounded(seconds, 1)} s`;
  if (seconds < 100) return `${Math.floor(seconds)} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** Give a size in bytes: 812 MB, 1,4 GB. */
export function bytes(count) {
  if (count >= 1e9) return withUnit(rounded(count / 1e9, 1), "GB");
  if (count >= 1e6) return withUnit(rounded(count / 1e6, 0), "MB");
  return withUnit(rounded(count / 1e3, 0), "kB");
}

/** Give a carton's serial in the two parts a person compares: 2611210 00001. */
export function cartonNumber(serial) {
  return serial.length > 5 ? `${serial.slice(0, -5)} ${serial.slice(-5)}` : serial;
}

/** Give a pallet's code as it is spoken of: its last four digits. */
export function palletNumber(sscc) {
  return `…${sscc.slice(-4)}`;
}

/** Hold codes together: no line breaks after the hyphen of VN-XXOR-0009. */
export function unbroken(text) {
  return text ? text.replace(/(\w)-(?=\w)/g, `$1-${WORD_JOINER}`) : text;
}

/** Give a text as it is searched: without marks, đ as d, lower case, NFC letters taken apart first. */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
}

const SORTED = new Intl.Collator("vi", { numeric: true });

/** Compare two names the Vietnamese way, numbers as numbers. */
export function byName(one, other) {
  return SORTED.compare(one, other);
}

/** Compare two people: by given name, the last word, then by the whole name. */
export function byGivenName(one, other) {
  const given = (name) => name.trim().split(/\s+/).at(-1);
  return SORTED.compare(given(one), given(other)) || SORTED.compare(one, other);
}

/** Read a number somebody typed, 10,25 or 10.25; null when it is none, or when two separators make it two readings. */
export function typed(text) {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(MINUS, "-");
  return /^-?\d+([.,]\d+)?$/.test(plain) ? plain.replace(",", ".") : null;
}

// Numbers as people read them: decimal comma, true minus, groups of three from 10 000 up; times of the house.

const MINUS = "\u2212";
const NARROW = "\u202f";
const NO_BREAK = "\u00a0";

/** Write an amount given as text ("10.25"); every decimal stays. */
export function amount(text) {
  const negative = text.startsWith("-");
  const [whole, fraction] = text.replace(/^[-+]/, "").split(".");
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, NARROW) : whole;
  return `${negative ? MINUS : ""}${grouped}${fraction === undefined ? "" : `,${fraction}`}`;
}

export function withUnit(text, unit = "kg") {
  return `${amount(text)}${NO_BREAK}${unit}`;
}

/** HH:MM of a moment as the server writes it, in the house's own time zone. */
export function hour(iso) {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
}

/** A carton's number as a worker says it: the last digits of its serial. */
export function cartonNumber(serial) {
  return serial ? String(Number(serial.slice(-5))) : "";
}

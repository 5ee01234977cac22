// The rows of the device table, made of what the stream says of each device, its channels and the printers.

import { amount, second, shortAge } from "../format.js";
import { word } from "../words.js";

const KINDS = ["silent", "garbled", "lost", "other"];
const PRINTER_TROUBLE = { ready: ["check", "plain"], busy: ["printer", "plain"], unknown: ["alert", "stale"] };

export function deviceRows({ devices, printers }) {
  return [...devices.flatMap(rowsOf), ...printers.map(printerRow)];
}

function rowsOf(device) {
  const single = device.channels.length === 1 && device.channels[0].source === device.id;
  const about = [device.about, device.where].filter(Boolean).join(" · ");
  if (single) return [row(device.channels[0], { name: device.id, about })];
  const bus = {
    id: device.id, name: device.id, about, state: linkOf(device), values: [], age: "", frame: null, frameNote: "",
    took: device.round_ms === null ? "" : word("round_ms", { n: amount(device.round_ms) }), errors: errorsOf(device.errors), news: newsOf(device),
  };
  return [bus, ...device.channels.map((channel) => row(channel, { name: channel.source.slice(device.id.length + 1), about: unitAbout(channel.about), child: true }))];
}

function row(channel, more) {
  return {
    id: channel.source, ...more, state: linkOf(channel),
    values: channel.values.map(valueText), age: channel.up === false ? "" : shortAge(channel.age_s),
    frame: channel.frame, frameNote: channel.up === false ? word("no_answer") : "",
    took: channel.took_ms === null ? "" : `${amount(channel.took_ms)} ms`,
    errors: errorsOf(channel.errors), news: channel.up === false ? channel.why : newsOf(channel),
  };
}

function valueText({ quantity, text }) {
  const scanned = /^(?:\]\w\d)?['"](.*)['"]$/.exec(text)?.[1];
  if (scanned !== undefined) return scanNamed(scanned);
  const shown = text.replace(/-?\d+\.\d+|-\d+/g, (number) => amount(number)).replace(/(\d) (?=[%°a-zA-Z])/, "$1\u00a0")
    .replace(", stable", "").replace("moving", word("weight_moving")).replace("no stable flag", word("weight_no_flag"));
  if (!quantity || quantity === "Temperature") return shown;
  return quantity === "RelativeHumidity" ? `${word("quantity_RelativeHumidity")} ${shown}` : `${quantity.replace(/^ph:/, "")} ${shown}`;
}

/** The part of a scan a person knows it by: lot and serial of a Digital Link; its whole text stands beside as the frame. */
function scanNamed(text) {
  const [, lot] = /\/10\/([^/?]+)/.exec(text) ?? [];
  const [, serial] = /\/21\/([^/?]+)/.exec(text) ?? [];
  return lot || serial ? [lot, serial].filter(Boolean).join(" · ") : text;
}

function linkOf({ up }) {
  if (up === true) return { icon: "check", text: word("link_up") };
  return up === false ? { icon: "no-signal", text: word("link_down"), tone: "stop", strong: true } : { icon: "clock", text: word("link_unknown"), tone: "stale" };
}

function unitAbout(about) {
  return [about.id !== undefined ? word("unit_id", { n: about.id }) : null, about.rom ?? null].filter(Boolean).join(" · ");
}

function errorsOf(errors) {
  const told = KINDS.filter((kind) => errors[kind]).map((kind) => `${amount(errors[kind])} ${word(`error_${kind}`)}`);
  return told.length ? told.join(", ") : "0";
}

function newsOf({ error, error_at: at }) {
  return error && at ? `${second(at)} ${error}` : "";
}

function printerRow(printer) {
  const [symbol, tone] = PRINTER_TROUBLE[printer.status] ?? ["printer", "warn"];
  return {
    id: `printer ${printer.id}`, name: printer.id, about: [printer.language.toUpperCase(), printer.where].filter(Boolean).join(" · "),
    state: { icon: symbol, tone, text: word(`printer_state_${printer.status}`) }, values: [], age: "", frame: null, frameNote: "", took: "", errors: "", news: "",
  };
}

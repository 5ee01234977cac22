// The head and the strip of a station: how far everything is safe, the printer, the alarms.

import { word } from "../words.js";
import { hour } from "./figures.js";

const PRINTER_TONES = { ready: null, busy: null, paper_low: "warn", paper_out: "warn", cover_open: "warn", error: "warn", unknown: null };

/** Give the quiet lights in the head; what wants attention is a pill. */
export function lightsOf(view, stream, { linked, silent }) {
  const lights = [];
  if (linked === "restarting") lights.push({ icon: "no-signal", value: word("restarting"), tone: "stale" });
  else if (linked !== "live") lights.push({ icon: "no-signal", value: word("page_cut"), tone: "stop", strong: true });
  if (view.practice) lights.push({ icon: "pencil", value: word("practice_mark"), tone: "warn", strong: true });
  if (silent) lights.push({ icon: "sound-off", value: word("sound_on"), tone: "accent" });
  if (stream.alarms.length) lights.push({ icon: "thermometer", value: word("alarms_n", { n: stream.alarms.length }), tone: "stop" });
  const house = stream.house;
  if (house && (house.clock === "confirmed" || house.clock === "unsynced")) lights.push({ icon: "clock", value: word("clock_pill"), tone: "warn" });
  if (house && linked === "live") {
    if (!house.connected) lights.push({ icon: "cloud-struck", value: word("waiting_n", { n: house.backlog }), tone: "warn" });
    else lights.push({ icon: "cloud", caption: word("province"), value: house.confirmed_at ? hour(house.confirmed_at) : "–" });
  }
  if (view.printer) {
    const status = linked === "live" ? (view.printer.status ?? "unknown") : "unknown";
    lights.push({ icon: "printer", value: word(`printer_${status}`), tone: PRINTER_TONES[status] ?? null });
  }
  return lights;
}

/** Give the strip when the province is not reached, or was not for a while: what is safe is said first. */
export function stripOf(house, linked) {
  if (!house || linked !== "live") return null;
  const facts = { n: house.backlog, lost: house.lost, at: house.confirmed_at ? hour(house.confirmed_at) : "–" };
  if (house.config) return null;
  if (!house.connected) return { title: word("net_lost"), text: word("net_lost_safe", facts), icon: "cloud-struck", tone: "warn" };
  if (house.backlog > 50) return { title: word("catching_up"), text: word("catching_up_safe", facts), icon: "cloud", tone: "plain" };
  return null;
}

// What a station's stage shows: the first that holds, from the server's view and the truth about the connection.

import { lines, word } from "../words.js";
import { amount, cartonNumber, withUnit } from "./figures.js";

const TROUBLED = new Set(["paper_out", "cover_open", "error"]);

const STATES = {
  disk_full: "full", stale: "silent", date_ask: "ask", print_unknown: "printer", not_unloaded: "take-off",
  lot_rescan: "no-lot", no_operator: "no-operator", no_lot: "no-lot", overload: "overload", negative: "overload",
  refused: "refused", captured: "captured", under: "under", over: "over", stable: "stable", loading: "loading", printing: "ready", ready: "ready",
};

/** Give the stage's state: the server's, unless what we know is old, or a label waits for hands at the printer. */
export function stateOf(view, connection) {
  if (connection === "restarting") return "restarting";
  if (connection !== "live") return "stale";
  if (waitsForHands(view) && !["full", "silent", "ask", "take-off", "overload", "refused"].includes(STATES[view.state])) return "printer";
  return STATES[view.state] ?? "ready";
}

/** Whether a label waits and the printer says it needs somebody. */
export function waitsForHands(view) {
  return view.queue > 0 && TROUBLED.has(view.printer?.status);
}

/** Give what the stage component is shown. `digits` is what was on it last, for an old figure that stays as texture. */
export function stageProps(view, state, { age, digits }) {
  const [first, second] = lines(view.sentence);
  const weight = liveWeight(view);
  switch (state) {
    case "stale":
      return { state: "stale", word: word("page_cut"), hint: word("stale_for", { s: Math.floor(age) }), weight: digits };
    case "restarting":
      return { state: "stale", word: word("restarting"), hint: word("wait_reconnect"), weight: digits };
    case "silent":
      return { state: "silent", word: word("scale_silent"), hint: second, weight: digits };
    case "full":
      return { state: "full", word: first, headline: second, detail: word("nothing_recorded") };
    case "refused":
      return { state: "refused", word: word("refused"), headline: first, detail: second };
    case "ask":
      return { state: "ask", word: first, detail: word("date_why") };
    case "printer":
      return printerProps(view);
    case "no-lot":
    case "no-operator":
      return { state, word: first, headline: second, detail: hintOf(state, view), reading: weight ? word("scale_reads", { kg: `${weight.digits} ${weight.unit}` }) : null };
    case "overload":
      return { state, word: first, hint: second, weight: { digits: "–", unit: "kg" } };
    case "captured":
      return capturedProps(view);
    case "loading":
      return { state, word: word("loading"), hint: second, weight, gauge: gaugeOf(view, view.weight?.net), sums: sumsOf(view) };
    case "take-off":
      if (view.sentence_id !== "restarted") return { state, word: first, hint: second, weight };
      return { state, word: word("take_off"), hint: word("recorded_up_to", { n: cartonNumber(view.last?.serial), kg: withUnit(view.last?.kg ?? "0") }), weight };
    default:
      if (view.step === "storing" || view.step === "staging_outbound") return { state, word: first, headline: second };
      return { state, word: first, hint: second, weight, gauge: gaugeOf(view, state === "ready" ? null : view.weight?.net), sums: state === "ready" ? [] : sumsOf(view) };
  }
}

function hintOf(state, view) {
  if (state === "no-operator") return word("scan_badge_how");
  return view.step === "receiving" ? word("scan_card_how") : word("scan_tag_how");
}

function liveWeight(view) {
  if (!view.weight) return null;
  const idle = view.state === "ready" || view.state === "no_lot" || view.state === "no_operator";
  return { digits: amount(idle ? view.weight.amount : (view.weight.net ?? view.weight.amount)), unit: view.weight.unit };
}

function capturedProps(view) {
  const [first, second] = lines(view.sentence);
  if (!view.last) return { state: "captured", word: first, hint: second };
  const name = view.last.serial ? word("carton_n", { n: cartonNumber(view.last.serial) }) : word("load_n", { n: view.receipt?.loads ?? "" });
  const label = labelWord(view.last.label);
  return {
    state: "captured", word: word("captured"), hint: label ? `${name} · ${label}` : name,
    weight: { digits: amount(view.last.kg), unit: "kg" }, gauge: gaugeOf(view, view.last.kg), sums: sumsOf(view),
  };
}

function printerProps(view) {
  if (view.state === "print_unknown") {
    const [first] = lines(view.sentence);
    return { state: "printer", word: first, headline: view.question?.serial ? word("carton_n", { n: cartonNumber(view.question.serial) }) : "", detail: word("label_look") };
  }
  const status = view.printer?.status;
  const last = view.last;
  return {
    state: "printer", word: word(`printer_${status}`),
    hint: last?.serial ? word("carton_without_label", { n: cartonNumber(last.serial) }) : word("labels_wait", { n: view.queue }),
    weight: last ? { digits: amount(last.kg), unit: "kg" } : null, detail: word(`printer_${status}_do`),
  };
}

/** What is known of a label, in words; nothing for a load that has none. */
export function labelWord(label) {
  return label === "none" ? "" : word(`label_${label}`);
}

/** The gauge's limits and needle, in kg; none where the product has no target. */
export function gaugeOf(view, net) {
  const target = view.target;
  if (!target) return null;
  const [low, high] = limits(target);
  return { low: Number(low), high: Number(high), value: net === null || net === undefined ? null : Number(net), lowText: amount(low), highText: amount(high) };
}

function limits(target) {
  if (target.target === null) return [target.min, target.max];
  return [target.low, target.high];
}

function sumsOf(view) {
  if (!view.weight?.tare || Number(view.weight.tare) === 0) return [];
  return [[word("gross"), withUnit(view.weight.amount, view.weight.unit)], [word("tare"), withUnit(view.weight.tare, view.weight.unit)]];
}

// What can be pressed at a station now: at most three buttons, the primary one at the right.

import { word } from "../words.js";

export function buttonsOf(view, state, linked, { act, questions }) {
  const gate = view.step === "receiving";
  const packing = view.step === "packing";
  const press = (id, icon, kind, onpress) => ({ label: word(id), icon, kind, onpress, test: id });
  const locked = (id) => ({ label: word(id), locked: true, why: word("wait_reconnect"), test: id });
  if (linked !== "live") {
    if (!gate && !packing) return [];
    return gate ? [locked("close_receipt")] : [locked("reprint"), locked(view.by_hand ? "capture" : "close_lot")];
  }
  const reprint = press("reprint", "reprint", "plain", () => questions.askReprint());
  const closeLot = press("close_lot", "flag", "plain", () => questions.askClose());
  const closeReceipt = press("close_receipt", "flag", "plain", () => questions.askClose());
  switch (state) {
    case "ask":
      return [press("date_no", "cross", "plain", () => act({ do: "confirm-date", right: false })), press("date_yes", "check", "primary", () => act({ do: "confirm-date", right: true }))];
    case "printer":
      if (view.state === "print_unknown") {
        return [press("reprint", "reprint", "plain", () => act({ do: "reprint" })), press("label_out", "check", "primary", () => act({ do: "label-out" }))];
      }
      return [press("cancel_label", "void", "danger", () => questions.askCancelLabel())];
    case "no-operator":
      return [press("enter_pin", "person", "primary", () => questions.signIn())];
    case "no-lot":
      return gate || packing ? [press(gate ? "choose_farm" : "choose_lot", "search", "primary", () => questions.chooseLot())] : [];
    case "full":
    case "silent":
    case "overload":
      return [];
    case "refused":
      return !packing ? [] : [press("choose_lot", "search", "plain", () => questions.chooseLot())];
  }
  if (!gate && !packing) { // worked by scans; what their printers gave can be had again
    const shown = view.printer && view.recent.length ? [reprint] : [];
    if (view.by_hand && state === "stable") shown.push(press("capture", "check", "primary", () => act({ do: "capture" })));
    return shown;
  }
  if (gate) {
    const shown = [press("choose_crate", "box", "plain", () => questions.chooseCrate())];
    if (view.receipt) shown.push(closeReceipt);
    if (view.by_hand && state === "stable") shown.push(press("capture", "check", "primary", () => act({ do: "capture" })));
    return shown;
  }
  const shown = [];
  if (view.recent.length) shown.push(reprint);
  if (view.recent.some((done) => !done.void)) shown.push(press("void", "void", "plain", () => questions.chooseVoid()));
  if (view.by_hand && state === "stable") shown.push(press("capture", "check", "primary", () => act({ do: "capture" })));
  else if (view.lot) shown.push(closeLot);
  return shown;
}

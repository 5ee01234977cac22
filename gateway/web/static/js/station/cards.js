// The cards beside the stage: the lot in work with its sums, and what was recorded last.

import { language, word } from "../words.js";
import { amount, cartonNumber, withUnit } from "./figures.js";
import { labelWord } from "./shown.js";

export function lotProps(view) {
  const shift = [word("this_shift"), sum(view, view.totals.shift)];
  if (!view.lot) {
    return { caption: word("lot_in_work"), code: word("lot_none"), quiet: true, note: view.step === "receiving" ? word("scan_card_short") : word("scan_tag_short"), facts: view.totals.shift.count ? [shift] : [] };
  }
  const goods = view.goods ?? {};
  const receipt = view.receipt;
  const facts = [];
  if (goods.area) facts.push([word("area"), goods.area]);
  if (receipt) {
    facts.push([word("receipt"), receipt.number]);
    facts.push([word("loads"), word("loads_kg", { n: receipt.loads, kg: withUnit(receipt.net) })]);
  } else {
    facts.push([word("this_lot"), sum(view, view.totals.lot)]);
  }
  facts.push(shift);
  const received = Number(goods.received_kg ?? 0);
  return {
    caption: word("lot_in_work"),
    code: view.lot,
    product: view.product_names?.[language()] ?? "",
    quiet: view.state === "lot_rescan",
    facts,
    progress: view.step === "packing" && received > 0
      ? { caption: word("packed_of"), value: `${amount(goods.packed_kg)} / ${withUnit(goods.received_kg)}`, share: Number(goods.packed_kg) / received }
      : null,
  };
}

function sum(view, total) {
  const many = view.step === "receiving" ? "sum_loads" : "sum_cartons";
  return word(many, { n: total.count, kg: withUnit(total.kg) });
}

export function recentProps(view) {
  return {
    caption: word("just_recorded"),
    empty: word("nothing_yet"),
    rows: view.recent.map((done) => {
      const name = done.serial ? word("carton_n", { n: cartonNumber(done.serial) }) : word("load_n", { n: done.number ?? "" });
      return {
        id: done.id,
        name,
        note: done.void ? word("voided") : ["unknown", "void"].includes(done.label) ? labelWord(done.label) : "",
        value: withUnit(done.kg),
        level: done.confirm,
        struck: done.void,
      };
    }),
  };
}

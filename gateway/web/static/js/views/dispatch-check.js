// At the dock: each pallet scanned, and whether everything on this truck is safe, complete and stored at the province.

import { get, NotDone } from "../api.js";
import { verdict } from "../components/verdict.js";
import { fill, h, mark } from "../dom.js";
import { mass, unbroken } from "../format.js";
import { icon } from "../icons.js";
import { play } from "../sound.js";
import { language, word } from "../words.js";

export function truckCheck() {
  const band = verdict();
  const list = h("ol.check-list");
  const field = h("input.field", { type: "text", autocomplete: "off", "aria-label": word("check_type"), placeholder: word("check_type"), "data-test": "check-code" });
  const form = h("form.check-form", { onsubmit: (event) => { event.preventDefault(); add(field.value); field.value = ""; } }, field);
  const element = h("section.truck-check", { "data-test": "truck-check", hidden: true }, band.element, form, list);
  const goods = new Map();

  async function add(text) {
    const code = text.trim();
    if (!code) return;
    try {
      const answer = await get(`dispatch-check/${encodeURIComponent(code)}`);
      goods.set(answer.code, answer);
      play(answer.may_go ? "recorded" : "refused");
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      goods.set(code, { code, may_go: false, why: [{ vi: word("code_unknown_short"), en: word("code_unknown_short") }], unknown: true });
      play("not_understood");
    }
    draw();
  }

  function draw() {
    const all = [...goods.values()].reverse();
    const bad = all.filter((one) => !one.may_go);
    const cartons = all.reduce((sum, one) => sum + (one.cartons ?? 0), 0);
    band.show(all.length === 0
      ? { level: "stale", parts: [word("check_begin")], note: word("check_begin_do") }
      : bad.length
        ? { level: "stop", parts: [word("check_bad", { n: bad.length })], note: word("check_bad_do") }
        : { level: "ok", parts: [word("check_good")], note: word("check_good_sum", { n: all.length, c: cartons }) });
    fill(list, all.map((one) => {
      const item = h(
        "li.card", {}, icon(one.may_go ? "check" : "octagon-cross"),
        h("div", {}, h("strong", {}, unbroken(one.code)),
          h("p", {}, one.unknown ? "" : `${one.product[language()]} · ${word("n_cartons", { n: one.cartons })} · ${mass(one.kg)}`),
          one.why.map((why) => h("p.check-why", {}, unbroken(why[language()])))),
        h("button.square", { type: "button", "aria-label": word("check_remove", { code: one.code }), onclick: () => { goods.delete(one.code); draw(); } }, icon("cross")),
      );
      mark(item, "data-bad", !one.may_go);
      return item;
    }));
  }

  draw();
  return { element, add };
}

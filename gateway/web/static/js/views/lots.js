// Lots: looked up by scan or text; and at the dock, whether everything on the truck may go.

import { get, NotDone } from "../api.js";
import { button } from "../components/button.js";
import { fill, h } from "../dom.js";
import { calendarDay, folded, mass, unbroken } from "../format.js";
import { icon } from "../icons.js";
import { pill } from "../components/pill.js";
import { onScan } from "../scan.js";
import { language, word } from "../words.js";
import { truckCheck } from "./dispatch-check.js";
import { frame, go } from "./frame.js";

const TYPED_MS = 250;

export function mount(root) {
  document.title = word("lots");
  const { view, end } = frame(root, "/lots");
  const field = h("input.field.search-field", { type: "search", autocomplete: "off", "aria-label": word("search_lots"), placeholder: word("search_lots"), oninput: typed, "data-test": "lot-search" });
  const list = h("ol.lot-list", { "data-test": "lot-list" });
  const note = h("p.nothing", { role: "status" });
  const truck = truckCheck();
  const turn = button();
  let timer = null;
  let asked = 0;
  let checking = false;
  view.append(
    h("h1.seen-by-readers-only", {}, word("lots")),
    h("div.lot-head", {}, h("label.search-box", {}, icon("search"), field), turn.element), truck.element, list, note,
  );

  function draw() {
    truck.element.hidden = !checking;
    list.hidden = note.hidden = checking;
    field.parentElement.hidden = checking;
    turn.show({ label: word(checking ? "check_end" : "check_truck"), icon: checking ? "back" : "truck", pressed: checking, onpress: () => { checking = !checking; draw(); }, test: "check-truck" });
  }

  function typed() {
    clearTimeout(timer);
    timer = setTimeout(() => look(field.value), TYPED_MS);
  }

  async function look(text, { open = false } = {}) {
    const number = (asked += 1);
    try {
      const found = await get(`lots?${new URLSearchParams({ query: text })}`);
      if (number !== asked) return;
      if (open && found.found) {
        go(`/lots/${encodeURIComponent(found.found.code)}`);
        return;
      }
      drawList(found, text);
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      note.textContent = word("page_cut");
    }
  }

  function drawList({ lots, found }, text) {
    const other = found && !lots.some((lot) => lot.code === found.code) ? [found] : [];
    fill(list, [...other.map(foundItem), ...lots.map(lotItem)]);
    note.textContent = list.childElementCount ? "" : word(folded(text).trim() ? "code_unknown_here" : "no_lots_yet", { text });
  }

  const stop = onScan((text) => {
    if (checking) truck.add(text);
    else look(text, { open: true });
  });
  draw();
  look("");
  return () => {
    clearTimeout(timer);
    stop();
    end();
  };
}

function foundItem(found) {
  return h("li", {}, h(
    "a.card.lot-item", { href: `/lots/${encodeURIComponent(found.code)}`, "data-nav": "" },
    h("div", {}, h("strong", {}, unbroken(found.code)), h("span", {}, word(`kind_${found.kind}`))), icon("next"),
  ));
}

function lotItem(lot) {
  const grade = lot.grade ? ` · ${word("grade_n", { g: lot.grade })}` : "";
  return h("li", {}, h(
    "a.card.lot-item", { href: `/lots/${encodeURIComponent(lot.code)}`, "data-nav": "", "data-test": "lot-item" },
    h("div", {}, h("strong", {}, unbroken(lot.code)), h("span", {}, `${lot.product[language()]}${grade}`)),
    h("div", {}, h("span", {}, unbroken(lot.area ?? "")), h("span", {}, calendarDay(lot.opened_at))),
    h("div.lot-kg", {}, h("strong", {}, mass(lot.received_kg)), h("span", {}, word("left_kg", { kg: mass(lot.left_kg) }))),
    stateOf(lot), icon("next"),
  ));
}

function stateOf(lot) {
  if (lot.held) return pill({ icon: "lock", tone: "stop", text: word("lot_state_held") }).element;
  if (lot.inspection === "rejected") return pill({ icon: "octagon-cross", tone: "stop", text: word("lot_state_rejected") }).element;
  return pill({ icon: { open: "arrow-down-line", received: "check", closed: "flag" }[lot.state] ?? "box", text: word(`lot_state_${lot.state}`) }).element;
}

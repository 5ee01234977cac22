// A lot, a carton or a pallet: one step back, one forward, and everything between, each with how safe it is.

import { get, NotDone } from "../api.js";
import { button } from "../components/button.js";
import { stepCard } from "../components/step-card.js";
import { timeline } from "../components/timeline.js";
import { verdict } from "../components/verdict.js";
import { fill, h } from "../dom.js";
import { calendarDay, dayNumber, dayOfYear, hour, mass, moment, unbroken } from "../format.js";
import { icon } from "../icons.js";
import { onScan } from "../scan.js";
import { language, word } from "../words.js";
import { frame, go } from "./frame.js";
import { balanceCard, keyDataCard, labelCard, stayCard, weightsCard } from "./lot-cards.js";

const ICONS = {
  "lot-opened": "flag", receipt: "truck", inspection: "search", grading: "grid", carton: "box", cartons: "box", pallet: "pallet", unpack: "pallet",
  "room-in": "thermometer", "room-out": "door", dispatch: "flag", hold: "lock", release: "lock", stamp: "certificate", destroy: "void", "void-shipping": "reprint",
};
const LEVELS = { disk: 1, broker: 2, province: 3 };

export function mount(root, { code }) {
  const { view, end } = frame(root, "/lots");
  let ended = false;
  const note = h("p.nothing", { role: "status" }, word("looking"));
  view.classList.add("lot-view");
  view.append(note);
  get(`trace/${encodeURIComponent(code)}`).then((told) => {
    if (ended) return;
    if (told.kind) draw(view, told);
    else drawRecall(view, told);
  }).catch((error) => {
    if (!(error instanceof NotDone)) throw error;
    note.textContent = error.status === 404 ? word("code_unknown_here", { text: code }) : word("page_cut");
    view.append(h("p.nothing", {}, button({ label: word("lots"), icon: "back", onpress: () => go("/lots") }).element));
  });
  const stop = onScan((text) => go(`/lots/${encodeURIComponent(text)}`));
  return () => {
    ended = true;
    stop();
    end();
  };
}

function draw(view, told) {
  const say = (words) => words[language()];
  document.title = told.code;
  const band = verdict();
  const [known, whole] = told.confirmed;
  band.show({
    level: told.verdict.level, parts: told.verdict.parts.map((part) => say(part.words)),
    reasons: told.verdict.parts.filter((part) => part.reasons.length).map((part) => {
      const why = [...new Set(part.reasons.map(say))].join("; ");
      return part.level === "ok" ? why : `${say(part.words)}: ${why}`;
    }),
    note: word("province_has", { n: known, of: whole }), confirm: { level: LEVELS[told.confirms] },
  });
  const line = timeline();
  line.show({ rows: told.story.map((one, i) => row(one, told.story[i - 1], say)) });
  const print = button({ label: word("print_report"), icon: "printer", onpress: () => window.open(`/api/report/${encodeURIComponent(told.code)}`), test: "print-report" });
  const save = button({ label: word("save_file"), icon: "disk", onpress: () => download(told), test: "save-file" });
  fill(
    view,
    h("div.view-head", {}, h("div", {}, h("h1", {}, unbroken(told.code)), h("p.lot-summary", {}, [say(told.product), ...told.summary.map(say)].join(" · "))),
      h("div.push.head-actions", {}, print.element, save.element)),
    band.element,
    h("div.steps", {}, stepsOf(told, say)),
    h("div.lot-columns", {},
      h("div.lot-main", {}, h("section.card", {}, line.element), corrections(told, say), weightsCard(told), keyDataCard(told, say)),
      h("aside.lot-side", {}, told.balances.map((one) => balanceCard(one, told)), told.stays.map((stay) => stayCard(stay)), labelCard(told, say), peopleCard(told))),
  );
}

function stepsOf(told, say) {
  const card = (caption, party) => stepCard({
    caption, title: say(party.name), href: /^[HG]\d/.test(party.code) ? `/lots/${encodeURIComponent(party.code)}` : null,
    lines: [party.kg === null ? null : mass(party.kg), ...party.detail.slice(0, 3).map(say)].filter(Boolean),
  }).element;
  const here = stepCard({ caption: word(told.kind === "lot" ? "this_lot_here" : `this_${told.kind}`), title: told.code, lines: [mass(told.kg), told.facility ?? ""].filter(Boolean), chosen: true }).element;
  const many = (caption, parties) => h("div.step-stack", {}, parties.length ? parties.slice(0, 4).map((party) => card(caption, party)) : card(caption, { name: { vi: word("nothing_yet_there"), en: word("nothing_yet_there") }, code: "", kg: null, detail: [] }));
  return [many(word("one_back"), told.before), icon("next"), here, icon("next"), many(word("one_forward"), told.after)];
}

function row(one, before, say) {
  const newDay = !before || dayNumber(before.at) !== dayNumber(one.at);
  const facts = one.facts.map((fact) => `${say(fact.name)} ${say(fact.value)}`);
  const notes = [
    one.declared ? word("declared_wrong", { d: moment(one.declared.at), why: one.declared.note || one.declared.reason }) : null,
    one.paper_form ? word("from_paper", { form: one.paper_form }) : null, one.corrected_clock ? word("clock_was_corrected") : null,
  ].filter(Boolean);
  return {
    time: hour(one.at), date: newDay ? dayOfYear(one.at) : "", icon: ICONS[one.kind] ?? "pencil",
    title: say(one.title),
    lines: facts, level: LEVELS[one.confirmed], note: notes.join(" · "), struck: Boolean(one.declared),
  };
}

function corrections(told, say) {
  if (!told.corrections.length) return null;
  return h("section.card", {}, h("h3", {}, word("corrections")), h("ul.plain-list", {}, told.corrections.map((one) => h(
    "li", {}, h("strong", {}, `${say(one.what)} ${one.code}`), h("p", {}, `${say(one.was)}${one.now ? ` → ${say(one.now)}` : ""}`.replace("→", word("became"))),
    h("p", {}, word("declared_wrong", { d: moment(one.declared.at), why: one.declared.note || one.declared.reason })),
  ))));
}

function peopleCard(told) {
  if (!told.people.length) return null;
  return h("section.card", {}, h("h3", {}, word("people")), h("dl.rows", {}, told.people.map((one) => h("div", {}, h("dt", {}, one.id), h("dd", {}, one.name ?? "–")))));
}

function drawRecall(view, told) {
  document.title = told.area;
  fill(view, h("div.view-head", {}, h("div", {}, h("h1", {}, unbroken(told.area)), h("p.lot-summary", {}, word("recall_of", { n: told.lots.length })))),
    h("ol.lot-list", {}, told.lots.map((lot) => h("li", {}, h("a.card.lot-item", { href: `/lots/${encodeURIComponent(lot.lot)}`, "data-nav": "" },
      h("div", {}, h("strong", {}, unbroken(lot.lot)), h("span", {}, calendarDay(lot.received_at))), h("div.lot-kg", {}, h("strong", {}, mass(lot.received))),
      h("div", {}, lot.where.slice(0, 4).map((one) => h("span", {}, `${one.words[language()]} ${mass(one.kg)}`))), icon("next"))))));
}

function download(told) {
  const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" })), download: `${told.code}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

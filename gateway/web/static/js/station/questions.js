// The questions a station asks over the page. Each repeats its object; the answers carry the verb; a badge answers too.

import { get, newKey, NotDone, post } from "../api.js";
import { curtain } from "../components/curtain.js";
import { button } from "../components/button.js";
import { h } from "../dom.js";
import { play, getVolume, setVolume } from "../sound.js";
import { language, setLanguage, word } from "../words.js";
import { amount, cartonNumber, hour, withUnit } from "./figures.js";
import { signInPanel } from "./sign-in.js";

export class Questions {
  constructor({ act, view, redraw }) {
    Object.assign(this, { act, view, redraw });
    this.curtain = curtain();
    this.onscan = null;
  }

  close() {
    this.onscan = null;
    this.curtain.close();
  }

  /** Whether a scan belonged to the question that is open. */
  takeScan(text) {
    if (!this.curtain.isOpen || !this.onscan) return false;
    this.onscan(text);
    return true;
  }

  open(props, onscan = null) {
    this.onscan = onscan;
    this.curtain.open({ ...props, onclose: () => { this.onscan = null; props.onclose?.(); } });
  }

  back() {
    return { label: word("go_back"), kind: "plain", icon: "back", test: "go_back", onpress: () => this.close() };
  }

  confirm(title, body, verb, icon, doing, { kind = "primary" } = {}) {
    const key = newKey();
    this.open({
      title, body,
      actions: [this.back(), { label: word(verb), icon, kind, test: `confirm_${verb}`, onpress: async () => { await doing(key); this.close(); } }],
    });
  }

  askReprint() {
    const serial = this.view().last?.serial;
    const title = serial ? word("reprint_ask", { n: cartonNumber(serial) }) : word("reprint_ask_tag");
    this.confirm(title, word("reprint_why"), "reprint", "reprint", (key) => this.act({ do: "reprint" }, { key }));
  }

  askClose() {
    const view = this.view();
    if (view.step === "receiving") {
      const receipt = view.receipt;
      this.confirm(word("close_receipt_ask", { receipt: receipt.number, n: receipt.loads, kg: amount(receipt.net) }), word("close_receipt_why"), "close_receipt", "flag", (key) => this.act({ do: "close-receipt" }, { key }));
    } else {
      this.confirm(word("close_lot_ask", { lot: view.lot }), word("close_lot_why"), "close_lot", "flag", (key) => this.act({ do: "close-lot" }, { key }));
    }
  }

  /** Which of the last five was wrong? */
  chooseVoid() {
    const able = this.view().recent.filter((done) => !done.void);
    const list = h("div.choices", {}, able.map((done) => button({
      label: `${word("carton_n", { n: cartonNumber(done.serial) })} · ${withUnit(done.kg)} · ${hour(done.at)}`, icon: "void", kind: "danger", test: "void_choice",
      onpress: () => this.askVoid(done),
    }).element));
    this.open({ title: word("void_which"), body: list, actions: [this.back()] }, (text) => {
      const done = able.find((one) => one.serial && text.includes(one.serial));
      if (done) this.askVoid(done);
    });
  }

  askVoid(done) {
    const name = done.serial ? cartonNumber(done.serial) : (done.number ?? "");
    this.withSupervisor(word("void_ask", { n: name, kg: amount(done.kg) }), "void", "void", { do: "void-weighing", of: done.id, reason: word("void_reason") });
  }

  askCancelLabel() {
    this.withSupervisor(word("cancel_label_ask"), "cancel_label", "void", { do: "cancel-label", job: this.view().waiting[0], reason: word("cancel_label_reason") });
  }

  /** Ask for an act that a supervisor stands for: by badge, or by name and PIN. */
  withSupervisor(title, verb, icon, request) {
    let key = newKey();
    const doing = async (leader) => {
      const answer = await this.act(request, { key, leader, refused: (error) => panel.refused(error) });
      if (answer) this.close();
      key = newKey();
    };
    const panel = signInPanel({ leaders: true, onperson: doing, onback: () => this.close() });
    this.open({ title, body: panel.element, actions: [] }, (text) => doing({ badge: text }));
  }

  /** A person comes to this browser, and to the station with it. */
  signIn() {
    const come = async (who) => {
      try {
        const me = await post("sign-in", who);
        await this.act({ do: "sign-in", badge: me.badge }, { key: newKey() });
        this.close();
      } catch (error) {
        if (!(error instanceof NotDone)) throw error;
        panel.refused(error);
      }
      this.redraw();
    };
    const panel = signInPanel({ leaders: false, onperson: come, onback: () => this.close() });
    this.open({ title: word("sign_in"), body: panel.element, actions: [] }, (text) => come({ badge: text }));
  }

  async chooseLot() {
    const station = this.view().station;
    const found = await this.fetched(`stations/${encodeURIComponent(station)}/choices`);
    if (found) this.choose(this.view().step === "receiving" ? word("choose_farm") : word("choose_lot"), found.lots);
  }

  async chooseCrate() {
    const found = await this.fetched(`stations/${encodeURIComponent(this.view().station)}/choices`);
    if (found) this.choose(word("choose_crate"), found.crates);
  }

  async fetched(path) {
    try {
      return await get(path);
    } catch (error) {
      if (error.status === 401) this.signIn();
      return null;
    }
  }

  choose(title, choices) {
    const list = h("div.choices", {}, choices.map((choice) => button({
      label: choice.name[language()], kind: "plain", test: "choice",
      onpress: async () => { await this.act(choice.request, { key: newKey() }); this.close(); },
    }).element));
    this.open({ title, body: choices.length ? list : word("choose_nothing"), actions: [this.back()] }, (text) => { this.close(); this.act({ do: "scan", code: text }, { key: newKey() }); });
  }

  /** What belongs to this browser and to who stands before it. */
  menu() {
    const view = this.view();
    const volume = getVolume();
    const row = (...children) => h("div.menu-row", {}, children);
    const one = (label, icon, onpress, more = {}) => button({ label, icon, kind: "plain", onpress, ...more }).element;
    const body = h(
      "div.menu", {},
      row(one("Tiếng Việt", "globe", () => this.switchTo("vi"), { pressed: language() === "vi", test: "language_vi" }), one("English", "globe", () => this.switchTo("en"), { pressed: language() === "en", test: "language_en" })),
      row(one(word("theme_light"), "sun", () => theme("light"), { test: "theme_light" }), one(word("theme_dark"), "moon", () => theme("dark"), { test: "theme_dark" })),
      row(one(word("quieter"), "sound-off", () => louder(volume - 0.2)), one(word("louder"), "sound", () => louder(volume + 0.2), { test: "louder" })),
      row(view.operator ? one(word("sign_out"), "person", () => this.leave(), { test: "sign_out" }) : one(word("sign_in"), "person", () => this.signIn(), { test: "sign_in" }), view.practice_possible ? one(word(view.practice ? "practice_end" : "practice_begin"), "pencil", () => this.askPractice(), { test: "practice" }) : null),
      row(h("a.button.small", { href: "/", "data-nav": true, "data-kind": "quiet", onclick: () => this.close() }, word("choose_station"))),
    );
    const louder = (to) => {
      setVolume(Math.min(1, Math.max(0, Math.round(to * 10) / 10)));
      play("recorded");
      this.close();
    };
    this.open({ title: view.operator_name ?? word("nobody"), body, actions: [this.back()] });
  }

  switchTo(to) {
    this.close();
    setLanguage(to);
  }

  async leave() {
    await this.act({ do: "sign-out" }, { key: newKey() });
    await post("sign-out", {}).catch(() => undefined);
    this.close();
  }

  askPractice() {
    const view = this.view();
    if (view.practice) this.confirm(word("practice_end_ask"), word("practice_end_why"), "practice_end", "pencil", (key) => this.act({ do: "practice", on: false }, { key }));
    else this.confirm(word("practice_ask"), word("practice_why"), "practice_begin", "pencil", (key) => this.act({ do: "practice", on: true }, { key }));
  }
}

function theme(to) {
  document.documentElement.dataset.theme = to;
  localStorage.setItem("theme", to);
}

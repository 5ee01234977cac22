// An alarm is known: why it came, and what was done. It silences, it does not clear: the page says what clears it.

import { ask, newKey, NotDone } from "../api.js";
import { button } from "../components/button.js";
import { choice } from "../components/choice.js";
import { curtain } from "../components/curtain.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { amount, duration, hour, rounded, withUnit } from "../format.js";
import { language, lines, word } from "../words.js";
import { leads, learnWho, person } from "./frame.js";
import { decimalsOf, insideText, limitsText, standingFor } from "./room-words.js";
import { askWho } from "./who.js";

const REASONS = [
  { value: "door", icon: "door" }, { value: "defrost", icon: "drop" }, { value: "power", icon: "bolt" },
  { value: "cooling", icon: "wrench" }, { value: "sensor", icon: "sensor" }, { value: "other", icon: "dots" },
];
const DONE = [{ value: "door_closed", icon: "door" }, { value: "moved", icon: "pallet" }];

/** Ask why a room's alarm came, and have it acknowledged; `then` is called once it is on disk. */
export function askWhy(room, then) {
  if (!person()?.badge) {
    askWho(async () => {
      await learnWho();
      askWhy(room, then);
    });
    return;
  }
  const key = newKey();
  const question = curtain();
  const reasons = choice();
  const done = choice();
  const text = h("input.field", { type: "text", maxlength: 200, "aria-label": word("reason_other_text"), placeholder: word("reason_other_text") });
  const outcome = h("p.outcome", { role: "alert", hidden: true });
  const yes = button();
  let chosen = null;
  let acted = null;

  function draw() {
    reasons.show({
      label: word("ack_why"), chosen, onchoose: (value) => { chosen = value; draw(); if (value === "other") text.focus(); },
      options: REASONS.map((one) => ({ ...one, label: word(`reason_${one.value}`) })),
    });
    done.show({
      label: word("ack_done"), chosen: acted, onchoose: (value) => { acted = acted === value ? null : value; draw(); },
      options: DONE.map((one) => ({ ...one, label: word(`done_${one.value}`) })),
    });
    text.hidden = chosen !== "other";
    const ready = chosen && (chosen !== "other" || text.value.trim());
    yes.show({ label: word("ack_known"), icon: "check", kind: "primary", locked: !ready, why: word("ack_why"), onpress: send, test: "ack-known" });
  }

  async function send() {
    const reason = chosen === "other" ? text.value.trim() : word(`reason_${chosen}`);
    try {
      // each sensor of the room raised its own
      for (const [i, alarm] of room.alarm.raised.entries()) {
        await ask({ do: "acknowledge-alarm", alarm, reason, done: acted ? word(`done_${acted}`) : "" }, { key: `${key}-${i}` });
      }
      question.close();
      then?.();
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      outcome.hidden = false;
      outcome.textContent = error.sentence ? lines(error.sentence).join(". ") : word("outcome_unknown");
      if (error.status === 401) askWho();
    }
  }

  async function hold() {
    for (const [i, { goods }] of room.inside.entries()) {
      try {
        await ask({ do: "hold", goods, reason: word("hold_reason", { room: room.name }) }, { key: `${key}-hold-${i}` });
      } catch (error) {
        if (!(error instanceof NotDone)) throw error;
        outcome.hidden = false;
        outcome.textContent = error.sentence ? lines(error.sentence).join(". ") : word("outcome_unknown");
        return;
      }
    }
    outcome.hidden = false;
    outcome.textContent = word("held_n", { n: room.inside.length });
  }

  text.addEventListener("input", draw);
  draw();
  const holding = leads() && room.inside.length
    ? button({ label: word("hold_goods", { n: insideText(room) }), icon: "lock", onpress: hold, test: "hold-goods" }).element : null;
  const body = h(
    "div.ack", {}, facts(room),
    h("div.ack-answers", {},
      h("h3", {}, word("ack_why")), reasons.element, text, h("h3", {}, word("ack_done")), done.element, outcome,
      h("div.ack-foot", {}, h("p.ack-note", {}, h("strong", {}, word("ack_not_off")), " ", clearing(room)),
        h("div.ack-actions", {}, button({ label: word("go_back"), icon: "back", onpress: () => question.close() }).element, holding, yes.element))),
  );
  question.element.classList.add("wide");
  question.open({ title: word("acknowledge_alarm"), body, actions: [] });
}

function facts(room) {
  const { alarm, limits } = room;
  const high = limits?.above !== null && limits && Number(alarm.value) > Number(limits.above);
  const decimals = decimalsOf(room.quantity);
  return h(
    "div.ack-alarm", {},
    h("p.ack-what", {}, icon("alert"), h("span", {}, word(high ? "room_too_warm" : "room_too_cold", { room: room.name }))),
    h("p.ack-value", {}, rounded(room.value?.amount ?? alarm.value, decimals), h("span", {}, ` ${alarm.unit}`)),
    h("p", {}, `${limitsText(room)}${limits ? `, ${word("version_n", { n: limits.version })}` : ""}`),
    h("p", {}, word("since_for", { t: hour(alarm.since), d: duration(standingFor(alarm), language()) })),
    h("p", {}, word("worst_so_far", { v: withUnit(rounded(high ? alarm.maximum : alarm.minimum, decimals), alarm.unit) })),
    h("div.ack-inside", {}, h("p", {}, h("strong", {}, insideText(room)), ` ${word("inside_now")}`),
      room.inside.slice(0, 5).map((one) => h("p", {}, one.goods))),
  );
}

function clearing(room) {
  const { limits, alarm } = room;
  if (!limits) return "";
  const unit = alarm.unit;
  const high = limits.above !== null && Number(alarm.maximum ?? alarm.value) > Number(limits.above);
  const edge = high ? Number(limits.above) - Number(limits.deadband) : Number(limits.below) + Number(limits.deadband);
  return word(high ? "clears_below" : "clears_above", { v: withUnit(amount(edge.toFixed(decimalsOf(room.quantity))), unit) });
}

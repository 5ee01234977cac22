// Who comes: a badge is the main way, a name and six digits the second. The pad never shows a digit and never moves.

import { get } from "../api.js";
import { person } from "../components/person.js";
import { pinPad } from "../components/pin-pad.js";
import { h, fill } from "../dom.js";
import { icon } from "../icons.js";
import { lines, word } from "../words.js";

const LEADERS = new Set(["supervisor", "admin"]);

/** The panel of a curtain; `onperson({badge, pin})` is called with who entered a PIN. */
export function signInPanel({ leaders, onperson, onback }) {
  let chosen = null;
  let wait = null;
  const people = h("div.people");
  const field = h("input.code-field", {
    type: "text", autocomplete: "off", "aria-label": word("badge_code"), placeholder: word("badge_code"),
    // a badge whose code is typed says as much as one that is scanned
    onkeydown: (event) => { if (event.key === "Enter" && field.value.trim()) onperson({ badge: field.value.trim() }); },
  });
  const pad = pinPad({
    onpin: async (pin) => {
      const badge = chosen ?? field.value.trim();
      if (!badge) {
        pad.clear();
        pad.show({ message: word("choose_name") });
        return;
      }
      await onperson({ badge, pin });
      pad.clear();
    },
    onback,
  });
  const element = h(
    "div.sign-in", { "data-test": "sign-in" },
    h("div.sign-in-ways", {}, h("p.sign-in-badge", {}, icon("barcode"), h("span", {}, word(leaders ? "scan_leader" : "scan_badge"), h("small", {}, word("or_pin")))), people),
    pad.element,
  );
  load();

  async function load() {
    const found = await get("people").catch(() => []);
    const able = leaders ? found.filter((one) => LEADERS.has(one.role)) : found;
    const rows = able.map((one) => {
      const row = person();
      const draw = () => row.show({ name: one.name, role: word(`role_${one.role}`), chosen: chosen === one.badge, onpress: () => { chosen = one.badge; redraw.forEach((again) => again()); } });
      redraw.push(draw);
      draw();
      return row.element;
    });
    fill(people, rows.length ? rows : field);
  }
  const redraw = [];

  function wrong(message) {
    pad.clear();
    pad.show({ message });
  }

  /** Say why it was refused: words and tries left, or how long to wait. */
  function refused(error) {
    if (error.status === 429) countDown(error.left_s ?? 60);
    else if (!error.sentence) wrong(word("outcome_unknown"));
    else wrong(error.tries === undefined ? lines(error.sentence).join(". ") : `${lines(error.sentence)[0]}. ${word("tries_left", { n: error.tries })}`);
  }

  function countDown(left) {
    clearInterval(wait);
    let seconds = Math.ceil(left);
    const tick = () => {
      if (seconds <= 0 || !element.isConnected) {
        clearInterval(wait);
        pad.show({});
        return;
      }
      pad.show({ locked: true, message: word("locked_for", { t: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` }) });
      seconds -= 1;
    };
    pad.clear();
    tick();
    wait = setInterval(tick, 1000);
  }

  return { element, wrong, refused };
}

// One station: what it shows, what can be pressed, and the scanner that needs no field.

import { ask, newKey, NotDone } from "../api.js";
import { appBar } from "../components/app-bar.js";
import { button } from "../components/button.js";
import { lotCard } from "../components/lot-card.js";
import { recentList } from "../components/recent-list.js";
import { scanBox } from "../components/scan-box.js";
import { stage } from "../components/stage.js";
import { strip } from "../components/strip.js";
import { fill, h, mark } from "../dom.js";
import { onScan } from "../scan.js";
import { isUnlocked, onUnlock, play } from "../sound.js";
import { buttonsOf } from "../station/buttons.js";
import { lightsOf, stripOf } from "../station/house.js";
import { lotProps, recentProps } from "../station/cards.js";
import { Questions } from "../station/questions.js";
import { ScanMemory } from "../station/scans.js";
import { cueOf } from "../station/cues.js";
import { hour } from "../station/figures.js";
import { stageProps, stateOf } from "../station/shown.js";
import { stream } from "../stream.js";
import { lines, word } from "../words.js";

const STILL_ON_AFTER_MS = 5000;

export function mount(root, { id }) {
  const parts = { bar: appBar(), stage: stage(), lot: lotCard(), recent: recentList(), scan: scanBox(), strip: strip() };
  const buttons = [button(), button(), button()];
  const element = h(
    "main.station", { "data-test": "station" },
    parts.bar.element,
    h("div.station-main", {}, parts.stage.element),
    h("aside.station-side", {}, parts.lot.element, parts.recent.element),
    parts.strip.element,
    h("div.action-bar", {}, parts.scan.element, buttons.map((one) => one.element)),
  );
  root.append(element);

  const scans = new ScanMemory();
  const keys = new Map();
  let digits = null;
  let state = null;
  let awaitingWeight = true;
  let stillOn = null;

  const view = () => stream.stations.get(id) ?? null;
  const connection = () => (stream.live && awaitingWeight ? "stale" : stream.state === "opening" ? "stale" : stream.state);

  /** One key for one button as it was shown; a new one when its answer has come. */
  function keyOf(name) {
    if (!keys.has(name)) keys.set(name, newKey());
    return keys.get(name);
  }

  async function act(request, { name = request.do, key = keyOf(name), leader = null, refused = null } = {}) {
    try {
      const answer = await ask(request, { key, station: id, leader });
      keys.delete(name);
      scans.say(lines(answer.sentence)[0], "taken");
      return answer;
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      if (error.known) keys.delete(name);
      if (error.status === 401) questions.signIn();
      refused?.(error);
      scans.say(error.sentence ? lines(error.sentence).join(". ") : word("outcome_unknown"), "refused");
      return null;
    } finally {
      draw();
    }
  }

  const questions = new Questions({ act, view, redraw: () => draw() });

  async function scanned(text) {
    if (questions.takeScan(text)) return;
    if (connection() !== "live") {
      scans.note(text, word("scan_locked"), "locked");
      play("not_understood");
      draw();
      return;
    }
    scans.note(text, "", null);
    draw();
    const answer = await act({ do: "scan", code: text }, { name: `scan ${text}`, key: newKey() });
    play(answer ? "click" : "not_understood");
  }

  function draw() {
    const seen = view();
    if (!seen) {
      fill(parts.bar.element.querySelector(".app-title"), stream.live ? word("no_station") : "");
      return;
    }
    const linked = connection();
    const next = stateOf(seen, linked);
    const props = stageProps(seen, next, { age: stream.age, digits });
    if (props.weight && linked === "live") digits = props.weight;
    parts.stage.show({ hint: "", weight: null, gauge: null, sums: [], ...props });
    scans.hear(seen.scan, seen);
    parts.scan.show(scans.props(linked));
    parts.lot.show(lotProps(seen));
    parts.recent.show(recentProps(seen));
    parts.bar.show({
      title: seen.name,
      lights: lightsOf(seen, stream, { linked, silent: !isUnlocked() }),
      who: seen.operator_name ?? seen.operator ?? word("nobody"),
      onwho: () => questions.menu(),
      clock: stream.house ? hour(stream.house.now) : "",
    });
    const below = stripOf(stream.house, linked);
    parts.strip.element.hidden = !below;
    mark(element, "data-strip", Boolean(below));
    mark(element, "data-practice", seen.practice);
    if (below) parts.strip.show(below);
    const wanted = buttonsOf(seen, next, linked, { act, questions });
    buttons.forEach((one, place) => {
      const facts = wanted[place - (buttons.length - wanted.length)];
      one.element.hidden = !facts;
      if (facts) one.show(facts);
    });
    if (next !== state) sound(state, next);
    state = next;
  }

  function sound(before, now) {
    clearInterval(stillOn);
    stillOn = null;
    const cue = cueOf(before, now);
    if (cue) play(cue);
    if (now === "captured") stillOn = setInterval(() => play("still_on"), STILL_ON_AFTER_MS);
    if (now === "overload") stillOn = setInterval(() => play("overload"), 700);
    if (now === "full") stillOn = setInterval(() => play("full"), 30000);
  }

  /** The hatch goes with a weight the gateway has just heard, not with a socket that opens. */
  function fresh() {
    const seen = view();
    awaitingWeight = !seen || (seen.state !== "stale" && !seen.weight && Boolean(seen.scale));
  }

  const stops = [
    stream.on("snapshot", () => { fresh(); draw(); }),
    stream.on("station", (one) => { if (one.station === id) { if (awaitingWeight) fresh(); draw(); } }),
    stream.on("house", draw),
    stream.on("alarms", draw),
    stream.on("state", (now) => { if (now !== "live") awaitingWeight = true; draw(); }),
    stream.on("age", draw),
    onScan(scanned),
    onUnlock(draw),
  ];
  const fade = setInterval(() => { if (scans.fade()) draw(); }, 500);
  if (stream.live) fresh();
  stream.open({ station: id });
  draw();
  return () => {
    stops.forEach((stop) => stop());
    clearInterval(fade);
    clearInterval(stillOn);
    questions.close();
  };
}

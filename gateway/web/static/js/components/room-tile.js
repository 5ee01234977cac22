/* A cold room in one look: name, state, value, trend, the last hours, limits, what is inside, age; its alarm's button.

   show({name, state, stateText, value, unit, trend, line, limits, inside, age, href, acknowledge}); texts ready to be
   read. trend: {icon, text} or null; acknowledge: {label, onpress} or null.
   state "ok" | "beyond" | "defrost" | "excursion" | "acknowledged" | "no_data" | "fault". */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";
import { button } from "./button.js";
import { pill } from "./pill.js";
import { sparkline } from "./sparkline.js";

/** How each state of a room looks as a pill. */
export const ROOM_STATES = {
  ok: { icon: "check", tone: "plain" },
  beyond: { icon: "alert", tone: "warn" },
  defrost: { icon: "drop", tone: "accent" },
  excursion: { icon: "alert", tone: "stop", strong: true },
  acknowledged: { icon: "alert", tone: "outline" },
  no_data: { icon: "no-signal", tone: "stale", strong: true },
  fault: { icon: "sensor", tone: "warn" },
};

export function roomTile() {
  const name = h("h2.tile-name");
  const state = pill();
  const digits = h("span.tile-digits");
  const unit = h("span.tile-unit");
  const trend = h("span.tile-trend");
  const line = sparkline();
  const limits = h("span.tile-limits");
  const inside = h("span.tile-inside");
  const age = h("span.tile-age");
  const known = button();
  known.element.classList.add("small");
  const link = h("a.tile-link", { "data-nav": "" });
  const element = h(
    "article.card.room-tile", { "data-test": "room-tile" }, link,
    h("div.tile-head", {}, name, state.element),
    h("p.tile-value", {}, h("span.tile-number", {}, digits, unit), trend),
    line.element,
    h("div.tile-foot", {}, limits, inside, age), known.element,
  );

  function show(props) {
    write(name, props.name);
    mark(element, "data-state", props.state);
    mark(link, "href", props.href);
    mark(link, "aria-label", `${props.name}: ${props.stateText}`);
    state.show({ ...ROOM_STATES[props.state], text: props.stateText });
    write(digits, props.value);
    mark(digits, "data-long", [...(props.value ?? "")].length > 4);
    write(unit, props.unit);
    fill(trend, props.trend ? [icon(props.trend.icon), h("span", {}, props.trend.text)] : []);
    line.show({ ...props.line, stale: props.state === "no_data" });
    write(limits, props.limits);
    write(inside, props.inside);
    write(age, props.age);
    known.element.hidden = !props.acknowledge;
    mark(element, "data-alarm", Boolean(props.acknowledge));
    if (props.acknowledge) known.show({ ...props.acknowledge, icon: "hand", kind: "danger", test: "acknowledge" });
  }

  return { element, show };
}

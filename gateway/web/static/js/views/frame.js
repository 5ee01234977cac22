// What the views with tabs share: tabs with the open alarms, who is signed in, the time, and the truth about the connection.

import { get } from "../api.js";
import { pill } from "../components/pill.js";
import { strip } from "../components/strip.js";
import { tabs } from "../components/tab.js";
import { h, mark } from "../dom.js";
import { hour } from "../format.js";
import { stream } from "../stream.js";
import { word } from "../words.js";
import { askWho } from "./who.js";

const TABS = [
  { path: "/", label: "stations", icon: "scale" },
  { path: "/rooms", label: "rooms", icon: "thermometer" },
  { path: "/lots", label: "lots", icon: "box" },
  { path: "/devices", label: "devices", icon: "chip" },
];

let me = null;

/** Who is signed in at this browser, as last known. */
export function person() {
  return me;
}

/** Ask who is signed in now. */
export async function learnWho() {
  me = await get("me").catch(() => me);
}

/** Whether the one signed in may do what a supervisor does. */
export function leads() {
  return me?.role === "supervisor" || me?.role === "admin";
}

/** Put tabs and a place for a view below; gives {view, lost(), end()}. `head` false leaves the tabs out: a page of its own. */
export function frame(root, path, { head = true } = {}) {
  const bar = head ? tabs({ navigate: go }) : null;
  const cut = strip();
  const view = h("main.view");
  const element = h("div.page", {}, bar?.element, h("div.frame-strip", {}, cut.element), view);
  root.append(element);
  const stops = ["house", "alarms", "snapshot", "state", "age"].map((name) => stream.on(name, draw));

  function draw() {
    const lost = !stream.live && stream.everHeard;
    cut.element.parentElement.hidden = !lost;
    mark(view, "data-lost", lost);
    if (lost) {
      const restarting = stream.state === "restarting";
      cut.show({
        icon: "no-signal", tone: "stop", title: word(restarting ? "restarting" : "page_cut"),
        text: word("stale_for", { s: Math.floor(stream.age) }),
      });
    }
    if (!bar) return;
    const open = new Set(stream.alarms.filter((alarm) => alarm.room && alarm.state !== "acknowledged").map((alarm) => alarm.room)).size;
    const house = stream.house;
    bar.show({
      tabs: TABS.map((tab) => ({ ...tab, label: word(tab.label), chosen: tab.path === path, count: tab.path === "/rooms" ? open : 0 })),
      who: me?.name ?? word("sign_in"), clock: house ? hour(house.now) : "", onwho: () => askWho(refresh),
      pills: house && !house.connected ? [pill({ icon: "cloud-struck", tone: "warn", text: word("to_send", { n: house.backlog }) }).element] : [],
    });
  }

  async function refresh() {
    await learnWho();
    draw();
    view.dispatchEvent(new CustomEvent("who"));
  }

  draw();
  refresh();
  return { view, end: () => stops.forEach((stop) => stop()) };
}

/** Go to another view without leaving the page. */
export function go(path) {
  const link = h("a", { href: path, "data-nav": "" });
  document.body.append(link);
  link.click();
  link.remove();
}

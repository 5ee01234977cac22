/* The tabs of those who have more than one page: show({tabs, who, clock, pills}); tab: {path, label, icon, chosen, count}. */

import { fill, h, mark, write } from "../dom.js";
import { icon } from "../icons.js";

export function tabs({ navigate }) {
  const list = h("ul.tabs");
  const pills = h("div.app-lights");
  const who = h("span");
  let onwho = null;
  const person = h("button.app-who", { type: "button", onclick: () => onwho?.() }, icon("person"), who);
  const clock = h("time.app-clock");
  const element = h("header.tab-bar", { "data-test": "tabs" }, h("nav", {}, list), pills, person, clock);
  const made = new Map();

  function show(props) {
    fill(list, props.tabs.map((tab) => {
      if (!made.has(tab.path)) made.set(tab.path, one(tab));
      const item = made.get(tab.path);
      const link = item.firstElementChild;
      write(link.querySelector(".tab-label"), tab.label);
      mark(link, "aria-current", tab.chosen ? "page" : null);
      const count = link.querySelector(".tab-count");
      write(count, tab.count || "");
      count.hidden = !tab.count;
      return item;
    }));
    fill(pills, props.pills ?? []);
    onwho = props.onwho ?? null;
    person.hidden = !props.who;
    write(who, props.who);
    write(clock, props.clock);
  }

  function one(tab) {
    const follow = (event) => {
      event.preventDefault();
      navigate(tab.path);
    };
    return h("li", {}, h(
      "a.tab", { href: tab.path, "data-test": "tab", onclick: follow },
      icon(tab.icon), h("span.tab-label"), h("span.tab-count"),
    ));
  }

  return { element, show };
}

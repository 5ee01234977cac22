// From the address to its view. A view is a module with mount(root, params) that gives the way to end it.

import { get } from "./api.js";
import { stream } from "./stream.js";
import * as words from "./words.js";

const VIEWS = [
  [/^\/$/, () => import("./views/stations.js")],
  [/^\/station\/(?<id>[^/]+)$/, () => import("./views/station.js")],
  [/^\/rooms$/, () => import("./views/rooms.js")],
  [/^\/rooms\/(?<id>[^/]+)$/, () => import("./views/room.js")],
  [/^\/lots$/, () => import("./views/lots.js")],
  [/^\/lots\/(?<code>[^/]+)$/, () => import("./views/lot.js")],
  [/^\/devices$/, () => import("./views/devices.js")],
  [/^\/components$/, () => import("./views/components.js")],
];

const root = document.getElementById("page");
let end = null;

/** Draw the view of an address; with `push` it becomes a step to go back from. */
export async function show(path, { push = false } = {}) {
  const [pathname] = path.split("?");
  for (const [pattern, load] of VIEWS) {
    const found = pattern.exec(pathname);
    if (!found) continue;
    const view = await load();
    end?.();
    if (push) history.pushState(null, "", path);
    root.replaceChildren();
    const params = Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
    end = view.mount(root, params) ?? null;
    return;
  }
  location.replace("/");
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-nav]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.getAttribute("href"), { push: true });
});
addEventListener("popstate", () => show(location.pathname));
words.onLanguage(() => show(location.pathname));

/** The stream is refused to whom nobody knows: then somebody signs in first. */
async function askWho() {
  const me = await get("me").catch(() => null);
  if (!me || me.may_look || root.querySelector("[data-test=sign-in-page]")) return me;
  const view = await import("./views/sign-in.js");
  end?.();
  root.replaceChildren();
  end = view.mount(root, { done: () => { stream.reopen(); show(location.pathname); } }) ?? null;
  return me;
}

const TOUCH_EVERY_MS = 30000;
let touchedAt = 0;

/** While somebody is at the page its session does not lock itself. */
function touched() {
  if (performance.now() - touchedAt < TOUCH_EVERY_MS) return;
  touchedAt = performance.now();
  get("me?touch=1").catch(() => undefined);
}

await words.load();
const me = await askWho();
if (me && !localStorage.getItem("theme") && me.theme !== "auto") document.documentElement.dataset.theme = me.theme;
if (me && !localStorage.getItem("language")) document.documentElement.lang = me.language;
addEventListener("pointerdown", touched);
stream.on("lost", askWho);
stream.open();
if (!me || me.may_look) await show(location.pathname);

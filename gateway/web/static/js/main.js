// From the address to its view. A view is a module with mount(root, params) that gives the way to end it.

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

await words.load();
stream.open();
await show(location.pathname);

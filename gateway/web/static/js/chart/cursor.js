/* The cursor of a chart: a line, a dot and one flag on top; by touch, by drag, by arrow keys (Shift: an hour). */

import { fill, h, mark, measure } from "../dom.js";

const HOUR = 3_600_000;

/** Put a cursor over a chart's figure; show(series, place, words) lays it over what is drawn. */
export function cursor(figure) {
  const line = h("span.cursor-line");
  const dot = h("span.cursor-dot");
  const flag = h("output.cursor-flag", { "aria-live": "off" });
  const pad = h("div.cursor-pad", {
    tabindex: 0, role: "slider", "aria-valuemin": 0, "data-test": "chart-cursor",
    onkeydown: key, onpointerdown: press, onpointermove: drag,
  });
  const layer = h("div.cursor", { hidden: true }, line, dot, flag);
  figure.append(pad, layer);
  let now = null; // {series, place, words}
  let index = null;
  let at = null; // the time the cursor stands at: it stays there when new samples come

  function show(series, place, words) {
    now = { series, place, words };
    measure(pad, "--left", `${place.left}px`);
    measure(pad, "--width", `${place.right - place.left}px`);
    mark(pad, "aria-label", words.summary);
    mark(pad, "aria-valuemax", Math.max(0, series.columns.length - 1));
    index = at === null ? null : nearest(at);
    paint();
  }

  function nearest(time) {
    const columns = now.series.columns;
    let best = null;
    for (let i = 0; i < columns.length; i += 1) {
      if (best === null || Math.abs(columns[i][0] - time) < Math.abs(columns[best][0] - time)) best = i;
    }
    return best;
  }

  function go(to) {
    const last = now.series.columns.length - 1;
    if (last < 0) return;
    index = Math.min(Math.max(to, 0), last);
    at = now.series.columns[index][0];
    paint();
  }

  function key(event) {
    if (!now?.series.columns.length) return;
    const { columns } = now.series;
    const from = index ?? columns.length - 1;
    const forward = event.key === "ArrowRight" || event.key === "ArrowUp";
    if (forward || event.key === "ArrowLeft" || event.key === "ArrowDown") {
      if (event.shiftKey) go(nearest(columns[from][0] + (forward ? HOUR : -HOUR)));
      else go(index === null ? from : from + (forward ? 1 : -1));
    } else if (event.key === "Home") go(0);
    else if (event.key === "End") go(columns.length - 1);
    else if (event.key === "Escape" && index !== null) {
      index = at = null;
      paint();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function press(event) {
    pad.setPointerCapture(event.pointerId);
    move(event);
  }

  function drag(event) {
    if (event.buttons) move(event);
  }

  function move(event) {
    if (!now) return;
    const { series, place } = now;
    const share = (event.clientX - pad.getBoundingClientRect().left) / (place.right - place.left);
    const found = nearest(series.from + share * (series.to - series.from) - series.width_ms / 2);
    if (found !== null) go(found);
  }

  function paint() {
    layer.hidden = index === null;
    const column = index === null ? null : now.series.columns[index];
    mark(pad, "aria-valuenow", index ?? Math.max(0, (now?.series.columns.length ?? 1) - 1));
    mark(pad, "aria-valuetext", column ? now.words.flag(column).join(" · ") : now?.words.summary);
    if (!column) return;
    const { place, series, words } = now;
    const x = place.x(Math.min(column[0] + (column[4] > 1 ? series.width_ms / 2 : 0), series.to));
    measure(layer, "--x", `${x.toFixed(1)}px`);
    measure(layer, "--y", `${place.y(column[3]).toFixed(1)}px`);
    measure(layer, "--foot", `${place.height - place.axis}px`);
    const parts = words.flag(column);
    fill(flag, parts.map((part, i) => h(i === 1 ? "strong" : "span", {}, part)));
    // on top, and inside the figure at both ends
    const half = flag.offsetWidth / 2;
    measure(layer, "--flag", `${Math.min(Math.max(x, half + 4), place.width - half - 4).toFixed(1)}px`);
  }

  return { show };
}

/* A small line of the last hours: show({points, columns, above, below, stale}); points [column, mean, least, greatest].

   The limits are a band; what stands beyond them is drawn in stop; a column nobody heard breaks the line. */

import { fill, h, mark, svg } from "../dom.js";

const WIDTH = 350;
const HEIGHT = 44;
let made = 0;

export function sparkline() {
  const number = (made += 1);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const element = h("div.sparkline", { "data-test": "sparkline" }, picture, h("i.sparkline-dot"));

  function show({ points = [], columns = 90, above = null, below = null, stale = false }) {
    mark(element, "data-stale", stale);
    const dot = element.lastElementChild;
    dot.hidden = points.length === 0;
    const edges = [above, below].filter((edge) => edge !== null);
    const values = points.flatMap(([, , low, high]) => [low, high]);
    if (!values.length && !edges.length) {
      fill(picture);
      return;
    }
    const band = edges.length === 2 ? Math.abs(above - below) : 4;
    let bottom = Math.min(...values, ...(below === null ? edges.map((edge) => edge - band) : [below]));
    let top = Math.max(...values, ...(above === null ? edges.map((edge) => edge + band) : [above]));
    const air = Math.max(0.06 * (top - bottom), 0.05);
    [bottom, top] = [bottom - air, top + air];
    const x = (column) => ((column + 0.5) / columns) * (WIDTH - 12);
    const y = (value) => HEIGHT - ((value - bottom) / (top - bottom)) * HEIGHT;
    let line = "";
    let before = null;
    for (const [column, mean] of points) {
      line += `${before !== null && column - before <= 3 ? "L" : "M"}${x(column).toFixed(1)} ${y(mean).toFixed(1)}`;
      before = column;
    }
    const from = above === null ? 0 : Math.max(0, y(above));
    const to = below === null ? HEIGHT : Math.min(HEIGHT, y(below));
    const over = above === null ? null : svg("rect", { x: 0, width: WIDTH, y: -HEIGHT, height: HEIGHT + y(above) });
    const under = below === null ? null : svg("rect", { x: 0, width: WIDTH, y: y(below), height: 2 * HEIGHT });
    const last = points.at(-1);
    const beyond = last && ((above !== null && last[1] > above) || (below !== null && last[1] < below));
    mark(element, "data-beyond", beyond);
    if (last) {
      dot.style.setProperty("--x", `${((x(last[0]) / WIDTH) * 100).toFixed(2)}%`);
      dot.style.setProperty("--y", `${((y(last[1]) / HEIGHT) * 100).toFixed(2)}%`);
    }
    fill(
      picture,
      svg("clipPath", { id: `beyond-${number}` }, over, under),
      edges.length ? svg("rect", { class: "chart-band", x: 0, width: WIDTH, y: from, height: Math.max(0, to - from), rx: 4 }) : null,
      svg("path", { class: "sparkline-line", d: line, "vector-effect": "non-scaling-stroke" }),
      edges.length ? svg("path", { class: "sparkline-beyond", d: line, "clip-path": `url(#beyond-${number})`, "vector-effect": "non-scaling-stroke" }) : null,
    );
  }

  return { element, show };
}

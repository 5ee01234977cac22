/* How full something is, with the marks that matter: show({share, marks, label}); share and marks 0 to 1. */

import { fill, h, mark, measure } from "../dom.js";

export function meter() {
  const bar = h("span.meter-bar");
  const marks = h("span.meter-marks");
  const element = h("div.meter", { "data-test": "meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 }, bar, marks);

  function show({ share, marks: at = [], label }) {
    measure(bar, "--share", `${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}%`);
    mark(element, "aria-valuenow", Math.round(share * 100));
    mark(element, "aria-label", label);
    mark(element, "data-over", at.length > 0 && share >= at[0]);
    if (marks.childElementCount !== at.length) fill(marks, at.map(() => h("i")));
    at.forEach((one, i) => measure(marks.children[i], "--at", `${(one * 100).toFixed(1)}%`));
  }

  return { element, show };
}

/* One lane under a chart by itself: show({caption, blocks, from, to}); block {since, until, kind, label}. For phones,
   where a chart has no room for lanes, and for stays in a lot's story. kind "door" | "long" | "defrost" | "stay". */

import { fill, h, mark, measure, write } from "../dom.js";

export function lane() {
  const caption = h("span.caption");
  const track = h("span.lane-track");
  const element = h("div.lane", { "data-test": "lane" }, caption, track);

  function show({ caption: name, blocks, from, to }) {
    write(caption, name);
    const share = (at) => `${(Math.min(Math.max((at - from) / (to - from), 0), 1) * 100).toFixed(2)}%`;
    fill(track, blocks.map(({ since, until, kind, label }) => {
      const block = h("i.lane-block", { title: label });
      mark(block, "data-kind", kind);
      measure(block, "--from", share(since));
      measure(block, "--to", share(until));
      return block;
    }));
  }

  return { element, show };
}

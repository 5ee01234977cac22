/* Every symbol of the page, drawn on a grid of 24 with a stroke of 2: the text font has no arrows and no check marks. */

import { svg } from "./dom.js";

/* Each line is one path; a leading "!" fills it instead of stroking it. */
const PATHS = {
  "alert": ["M12 3.5 2.5 20h19z", "M12 10v4.5", "!M12 18.2a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2z"],
  "arrow-down-line": ["M12 3v12", "M6.5 10 12 15.5 17.5 10", "M4 21h16"],
  "arrow-up-line": ["M12 16V4", "M6.5 9 12 3.5 17.5 9", "M4 21h16"],
  "back": ["M14.5 5.5 8 12l6.5 6.5"],
  "backspace": ["M9 5h12v14H9L3 12z", "m12 9.5 5 5", "m17 9.5-5 5"],
  "barcode": ["M4 5v14", "M7.5 5v14", "M11 5v14", "M14 5v14", "M17 5v14", "M20 5v14"],
  "bell": ["M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15z", "M10 21h4"],
  "bolt": ["M13 2.5 5 13.5h6l-1 8 8-11h-6z"],
  "box": ["m12 3 8 4.2v9.6L12 21l-8-4.2V7.2z", "m4.3 7.4 7.7 4 7.7-4", "M12 11.5V21"],
  "certificate": ["M11 17H4V4h16v9", "M8 8h8", "M8 12h4", "M16.5 19a3 3 0 1 0 0-6 3 3 0 0 0 0 6z", "m15 19-.7 3.2 2.2-1 2.2 1L18 19"],
  "check": ["m4.5 12.5 5 5 10-11"],
  "chip": ["M7 7h10v10H7z", "M10 10h4v4h-4z", "M9.5 3v4M14.5 3v4M9.5 17v4M14.5 17v4M3 9.5h4M3 14.5h4M17 9.5h4M17 14.5h4"],
  "clock": ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7v5.5l3.5 2"],
  "cloud": ["M7 18.5a4.5 4.5 0 0 1-.4-9A6 6 0 0 1 18 10.6a4 4 0 0 1-.5 7.9z"],
  "cloud-struck": ["M9 5.6a6 6 0 0 1 9 5 4 4 0 0 1 2.4 6.2", "M16.8 18.5H7a4.5 4.5 0 0 1-.4-9l.6-1.6", "M3 3l18 18"],
  "copy": ["M9 9h11v11H9z", "M15 5.5V4H4v11h1.5"],
  "cross": ["m6 6 12 12", "M18 6 6 18"],
  "disk": ["M4 4h12.5L20 7.5V20H4z", "M8 4v5h7V4", "M7.5 20v-6.5h9V20"],
  "door": ["M6 21V3.5h12V21", "M3 21h18", "!M14.6 13.2a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2z"],
  "dots": ["!M5 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z", "!M12 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z", "!M19 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z"],
  "down": ["M6 6l12 12", "M18 8.5V18H8.5"],
  "drop": ["M12 3.2c3.6 4.4 5.6 7.4 5.6 10.6a5.6 5.6 0 0 1-11.2 0c0-3.2 2-6.2 5.6-10.6z"],
  "flag": ["M5 21V4", "M5 4.5h13l-3 4 3 4H5"],
  "globe": ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M3 12h18", "M12 3c3 3 3 15 0 18", "M12 3c-3 3-3 15 0 18"],
  "grid": ["M4 4h7v7H4z", "M13 4h7v7h-7z", "M4 13h7v7H4z", "M13 13h7v7h-7z"],
  "hand": ["M7.5 12V6a1.6 1.6 0 0 1 3.2 0v5", "M10.7 11V4.4a1.6 1.6 0 0 1 3.2 0V11", "M13.9 11V5.6a1.6 1.6 0 0 1 3.2 0v8.9c0 4-2 6.5-5.4 6.5-3 0-4.6-1.5-5.9-4.4L4.2 13.2a1.6 1.6 0 0 1 2.8-1.5l1.5 2"],
  "level": ["M4 12h16", "m14 6.5 5.5 5.5-5.5 5.5"],
  "lock": ["M5 11h14v10H5z", "M8 11V7.5a4 4 0 0 1 8 0V11"],
  "menu": ["M4 7h16M4 12h16M4 17h16"],
  "minus": ["M4.5 12h15"],
  "moon": ["M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5z"],
  "next": ["M9.5 5.5 16 12l-6.5 6.5"],
  "no-signal": ["M3 3l18 18", "M8.6 13.2a5 5 0 0 1 3.4-1.4", "M5.2 9.8A10 10 0 0 1 8.2 7.8", "M12 6.8a10 10 0 0 1 6.8 3", "M15.4 13.2l.1.1", "!M12 19.2a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z", "M1.9 6.6A15 15 0 0 1 5 4.5", "M9.5 2.7A15 15 0 0 1 22.1 6.6"],
  "octagon-cross": ["M8.3 2.8h7.4l5.5 5.5v7.4l-5.5 5.5H8.3l-5.5-5.5V8.3z", "m9 9 6 6", "m15 9-6 6"],
  "pallet": ["M4 4h16v11H4z", "M12 4v11", "M3 18h18", "M5 18v3M12 18v3M19 18v3"],
  "pencil": ["m4 20 1-5L16 4l4 4L9 19z", "m13.5 6.5 4 4"],
  "person": ["M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.5 21a7.5 7.5 0 0 1 15 0"],
  "plus": ["M12 4.5v15", "M4.5 12h15"],
  "printer": ["M7 8.5V3.5h10v5", "M7 17H3.5V8.5h17V17H17", "M7 14h10v7H7z"],
  "reprint": ["M20 5v5h-5", "M4 19v-5h5", "M19.5 10A8 8 0 0 0 5.6 7", "M4.5 14a8 8 0 0 0 13.9 3"],
  "scale": ["M4 10h16l-1.5 10.5h-13z", "M6 6h12", "M12 6v4", "m12 17 2.5-3"],
  "search": ["M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13z", "m15.5 15.5 5 5"],
  "sensor": ["!M12 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z", "M8.5 8.5a5 5 0 0 0 0 7", "M15.5 8.5a5 5 0 0 1 0 7", "M5.5 5.5a9.2 9.2 0 0 0 0 13", "M18.5 5.5a9.2 9.2 0 0 1 0 13"],
  "shield-alert": ["M12 2.8 4.5 5.5v6c0 4.6 3 8 7.5 9.7 4.5-1.7 7.5-5.1 7.5-9.7v-6z", "M12 8v5", "!M12 17a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2z"],
  "shield-check": ["M12 2.8 4.5 5.5v6c0 4.6 3 8 7.5 9.7 4.5-1.7 7.5-5.1 7.5-9.7v-6z", "m8.5 11.8 2.7 2.7 4.6-5"],
  "sound": ["M4 9.5v5h3.5l5 4.5V5l-5 4.5z", "M16 9a4.5 4.5 0 0 1 0 6", "M18.5 6.5a8 8 0 0 1 0 11"],
  "sound-off": ["M4 9.5v5h3.5l5 4.5V5l-5 4.5z", "m16 9.5 5 5", "m21 9.5-5 5"],
  "sun": ["M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z", "M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4"],
  "table": ["M4 5h16v14H4z", "M4 10h16M4 14.5h16M10 5v14"],
  "thermometer": ["M9 13.5V5.5a2.5 2.5 0 0 1 5 0v8a4.2 4.2 0 1 1-5 0z", "M17 5.5h4M17 9.5h3"],
  "truck": ["M2.5 6h11v10.5h-11z", "M13.5 9.5h4l4 3.5v3.5h-8z", "M7 19.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z", "M17 19.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"],
  "up": ["M6 18 18 6", "M8.5 6H18v9.5"],
  "void": ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "m5.8 5.8 12.4 12.4"],
  "wrench": ["M20 6.5a5 5 0 0 1-6.7 6.2L7 19a2.1 2.1 0 0 1-3-3l6.3-6.3A5 5 0 0 1 16.5 3L13.5 6l.8 3.2 3.2.8z"],
};

/** The names of all icons, for the page that shows them. */
export const ICONS = Object.keys(PATHS);

/** Give an icon in the colour of the text around it; it says nothing to a reader, the word beside it does. */
export function icon(name) {
  const paths = PATHS[name];
  if (!paths) throw new Error(`no icon ${name}`);
  return svg(
    "svg",
    {
      class: `icon icon-${name}`, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor",
      "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
    },
    paths.map((path) =>
      path.startsWith("!")
        ? svg("path", { d: path.slice(1), fill: "currentColor", stroke: "none" })
        : svg("path", { d: path }),
    ),
  );
}

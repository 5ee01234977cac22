// What was scanned last and what became of it, for ten seconds; by a scanner of the gateway or one that types here.

import { lines, word } from "../words.js";

const SHOWN_MS = 10000;

export class ScanMemory {
  constructor() {
    this.text = null;
    this.said = "";
    this.outcome = null;
    this.until = 0;
    this.number = undefined;
  }

  /** A scan came from this browser's keyboard. */
  note(text, said, outcome) {
    Object.assign(this, { text, said, outcome, until: performance.now() + SHOWN_MS });
  }

  /** What became of the last scan, or of a button. */
  say(said, outcome) {
    Object.assign(this, { said, outcome, until: performance.now() + SHOWN_MS });
  }

  /** The station's own scanner may have read something: a number we have not seen tells so. */
  hear(scan, view) {
    const number = scan?.number ?? 0;
    if (this.number !== undefined && number > this.number) {
      const [first] = lines(view.sentence);
      this.note(scan.data, scan.refused ? first : word("scan_taken"), scan.refused ? "refused" : "taken");
    }
    this.number = number;
  }

  /** Whether there is something to forget by now. */
  fade() {
    if (!this.until || performance.now() < this.until) return false;
    this.text = null;
    this.said = "";
    this.outcome = null;
    this.until = 0;
    return true;
  }

  props(linked) {
    if (linked !== "live") return { title: word("scan_locked"), note: word("wait_reconnect"), outcome: "locked" };
    if (this.text === null && !this.said) return { title: word("scan_ready"), note: word("scan_what"), outcome: null };
    return { title: this.text === null ? this.said : readable(this.text), note: this.text === null ? "" : this.said, outcome: this.outcome };
  }
}

/** Show what a person knows of a code: the lot in a link, else the text as it came. */
function readable(text) {
  const lot = /\/10\/([^/?]+)/.exec(text);
  const serial = /\/21\/([^/?]+)/.exec(text);
  if (/^https?:/i.test(text)) return serial?.[1] ?? lot?.[1] ?? text.slice(0, 60);
  return text.slice(0, 60);
}

// The one stream of this browser, and the truth about it: an age counted here, never a guess from the socket.

const STALE_AFTER_MS = 1500;
const REOPEN_AFTER_MS = 8000;
const LOOK_EVERY_MS = 100;
const ASLEEP_AFTER_MS = 3000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;

/** What the server said last, and how long ago. `state` is one of: opening, live, stale, restarting. */
export class Stream {
  constructor() {
    this.state = "opening";
    this.stations = new Map();
    this.rooms = new Map();
    this.alarms = [];
    this.devices = {};
    this.house = null;
    this.heardAt = performance.now();
    this.everHeard = false;
    this.listeners = new Map();
    this.query = "";
    this.source = null;
    this.pause = FIRST_PAUSE_MS;
    this.lookedAt = performance.now();
    this.byeSaid = false;
  }

  /** Call `then` with each event of a name (station, room, alarms, house, devices, snapshot, bye, state); gives the way to stop. */
  on(name, then) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name).add(then);
    return () => this.listeners.get(name).delete(then);
  }

  /** Begin, or begin anew with another wish: `{station, devices}` narrow or widen what is told. */
  open({ station = null, devices = false } = {}) {
    const wish = new URLSearchParams();
    if (station) wish.set("station", station);
    if (devices) wish.set("devices", "1");
    this.query = wish.toString();
    if (!this.timer) this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.reopen();
  }

  /** How old everything is, in seconds. */
  get age() {
    return (performance.now() - this.heardAt) / 1000;
  }

  get live() {
    return this.state === "live";
  }

  reopen() {
    clearTimeout(this.again);
    this.source?.close();
    const source = new EventSource(`/api/stream${this.query ? `?${this.query}` : ""}`);
    this.source = source;
    this.openedAt = performance.now();
    for (const name of ["snapshot", "station", "room", "alarms", "house", "devices", "bye"]) {
      source.addEventListener(name, (event) => this.hear(source, name, JSON.parse(event.data)));
    }
    source.onerror = () => this.lost(source);
  }

  lost(source) {
    if (source !== this.source) return;
    source.close();
    this.source = null;
    this.tell("lost");
    this.again = setTimeout(() => this.reopen(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
  }

  hear(source, name, data) {
    if (source !== this.source) return;
    const now = performance.now();
    if (now - this.lookedAt > ASLEEP_AFTER_MS) {
      // the page slept: what comes now may have lain in a buffer all that time
      this.lookedAt = now;
      this.setState("stale");
      this.reopen();
      return;
    }
    if (name === "bye") {
      this.byeSaid = true;
      this.setState("restarting");
      this.tell("bye", data);
      return;
    }
    if (name !== "snapshot" && this.state !== "live") {
      // it speaks again, but what lay on the way is old: ask for everything anew, once
      if (this.state === "stale" && now - this.openedAt > STALE_AFTER_MS) this.reopen();
      return;
    }
    this.heardAt = now;
    this.everHeard = true;
    this.keep(name, data);
    if (name === "snapshot") {
      this.pause = FIRST_PAUSE_MS;
      this.byeSaid = false;
      this.setState("live");
    }
    this.tell(name, data);
  }

  keep(name, data) {
    switch (name) {
      case "snapshot":
        this.stations = new Map(data.stations.map((one) => [one.station, one]));
        this.rooms = new Map(data.rooms.map((one) => [one.id, one]));
        this.alarms = data.alarms;
        this.house = data.house;
        if (data.devices) this.devices = data.devices;
        break;
      case "station":
        this.stations.set(data.station, data);
        break;
      case "room":
        this.rooms.set(data.id, data);
        break;
      default:
        this[name] = data;
    }
  }

  /** Look at the age; a beat that does not come makes everything old, and after a while the stream is opened anew. */
  look() {
    const now = performance.now();
    const slept = now - this.lookedAt > ASLEEP_AFTER_MS;
    this.lookedAt = now;
    const age = now - this.heardAt;
    if (slept) {
      this.setState("stale");
      this.reopen();
    } else if (this.state === "live" && age > STALE_AFTER_MS) {
      this.setState("stale");
    }
    if (this.state !== "live") {
      if (this.source && age > REOPEN_AFTER_MS && now - this.openedAt > REOPEN_AFTER_MS) this.reopen();
      this.tell("age", age / 1000);
    }
  }

  setState(state) {
    if (this.state === state || (state === "stale" && this.byeSaid)) return;
    this.state = state;
    this.tell("state", state);
  }

  tell(name, data) {
    for (const then of this.listeners.get(name) ?? []) then(data);
  }
}

export const stream = new Stream();

// Short tones, told apart by rhythm; the browser lets them out after the first touch. Refused and excursion only get softer.

const HIGH = 1568;
const MEDIUM = 988;
const LOW = 247;

// [pitch, seconds, pause after] …
const CUES = {
  recorded: [[HIGH, 0.12, 0]],
  tick: [[2093, 0.02, 0]],
  click: [[1200, 0.015, 0]],
  not_understood: [[LOW, 0.25, 0]],
  refused: [[LOW, 0.45, 0.15], [LOW, 0.45, 0]],
  under: [[330, 0.12, 0.08], [330, 0.12, 0]],
  over: [[1319, 0.12, 0.08], [1319, 0.12, 0]],
  still_on: [[HIGH, 0.1, 0.1], [HIGH, 0.1, 0]],
  printer: [[MEDIUM, 0.18, 0.1], [MEDIUM, 0.18, 0.1], [MEDIUM, 0.18, 0]],
  lost: [[988, 0.2, 0.04], [740, 0.2, 0.04], [494, 0.3, 0]],
  overload: [[1760, 0.07, 0.06], [1760, 0.07, 0.06], [1760, 0.07, 0.06]],
  full: [[LOW, 0.6, 0.2], [LOW, 0.6, 0]],
  ask: [[294, 0.45, 0.15], [294, 0.45, 0]],
};
const NEVER_MUTE = new Set(["refused", "full"]);
const SOFTEST = 0.15;

let context = null;
const unlocked = new Set();
/** What was played, the newest last: a test can hear it. */
export const played = [];

function volume() {
  const kept = Number(localStorage.getItem("volume") ?? "0.7");
  return Number.isFinite(kept) ? kept : 0.7;
}

export function setVolume(to) {
  localStorage.setItem("volume", String(to));
}

export function getVolume() {
  return volume();
}

export function isUnlocked() {
  return context?.state === "running";
}

export function onUnlock(then) {
  unlocked.add(then);
  return () => unlocked.delete(then);
}

function unlock() {
  context ??= new AudioContext();
  if (context.state !== "running") context.resume().then(() => unlocked.forEach((then) => then()), () => undefined);
  else unlocked.forEach((then) => then());
}
document.addEventListener("pointerdown", unlock);
document.addEventListener("keydown", unlock);

/** Play a cue; silence until the page was touched once, and for one that is muted. */
export function play(name) {
  played.push(name);
  if (played.length > 50) played.shift();
  let loud = volume();
  if (NEVER_MUTE.has(name)) loud = Math.max(loud, SOFTEST);
  if (!context || context.state !== "running" || loud <= 0) return;
  let at = context.currentTime + 0.01;
  for (const [pitch, length, pause] of CUES[name]) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.type = "triangle";
    tone.frequency.value = pitch;
    level.gain.setValueAtTime(0, at);
    level.gain.linearRampToValueAtTime(loud, at + 0.005);
    level.gain.setValueAtTime(loud, at + length - 0.01);
    level.gain.linearRampToValueAtTime(0, at + length);
    tone.connect(level).connect(context.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length + pause;
  }
}

// Which sound a change of state makes.

const CUES = {
  stable: "tick", under: "under", over: "over", captured: "recorded", refused: "refused", silent: "lost", stale: "lost",
  overload: "overload", printer: "printer", full: "full", ask: "ask",
};

/** Give the cue of a state that has just come; none on the first drawing, but for what stands against work. */
export function cueOf(before, now) {
  if (before === null && !["full", "ask", "printer"].includes(now)) return null;
  if (now === "stale" && before === "restarting") return null;
  return CUES[now] ?? null;
}

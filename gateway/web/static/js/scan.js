// Scans from a scanner that types: a burst of keys nobody's fingers could make, from whatever has the focus.

const BURST_MS = 35;
const SHORTEST = 3;
const LONGEST = 512;

/** Call `then(text)` with each burst ended by Enter or Tab; gives the way to stop. Slower keys are a person typing. */
export function onScan(then) {
  let text = "";
  let lastAt = -Infinity;
  let field = null;
  let before = "";

  function heard(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const inBurst = event.timeStamp - lastAt < BURST_MS;
    if ((event.key === "Enter" || event.key === "Tab") && inBurst && text.length >= SHORTEST) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (field?.isConnected) field.value = before;
      const scanned = text;
      text = "";
      lastAt = -Infinity;
      then(scanned);
      return;
    }
    if ([...event.key].length !== 1) {
      // Shift between two letters belongs to the burst; any other key ends it
      if (event.key !== "Shift") text = "";
      return;
    }
    if (!inBurst) {
      text = "";
      field = event.target.matches?.("input, textarea") ? event.target : null;
      before = field?.value ?? "";
    } else if (!field) {
      event.preventDefault();
    }
    if (text.length < LONGEST) text += event.key;
    lastAt = event.timeStamp;
  }

  document.addEventListener("keydown", heard, true);
  return () => document.removeEventListener("keydown", heard, true);
}

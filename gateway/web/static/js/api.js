// Questions and commands to the gateway; each command bears a key made when its button was shown.

const ANSWER_WITHIN_MS = 5000;

/** What a refusal or a lost answer looks like to who asked. `known` is false when nobody can tell whether it was done. */
export class NotDone extends Error {
  constructor(sentence, { status = 0, known = true, id = "", ...more } = {}) {
    super(id || String(status));
    Object.assign(this, { sentence, status, known, id, ...more });
  }
}

export function newKey() {
  return crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** GET an address below /api and give its JSON. */
export async function get(path) {
  const answer = await fetch(`/api/${path}`, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

/** POST JSON to an address below /api and give the answer. */
export async function post(path, body) {
  let answer;
  try {
    answer = await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Gateway": "page" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch {
    throw new NotDone(null, { known: false });
  }
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? null : answer.json();
}

/** Ask for one act; the same key asked again is done once. */
export function ask(request, { key = newKey(), station = null, leader = null } = {}) {
  return post("requests", { key, station, request, ...(leader ? { leader } : {}) });
}

async function refusal(answer) {
  let said = {};
  try {
    said = await answer.json();
  } catch {
    // no words came with it
  }
  const known = answer.status < 500 || answer.status === 503;
  return new NotDone(said.sentence ?? null, { status: answer.status, known, id: said.id ?? "", tries: said.tries, left_s: said.left_s });
}

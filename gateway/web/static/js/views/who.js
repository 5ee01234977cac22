// Signing in from a view with tabs: by badge or PIN, in a curtain; a press on the name signs out.

import { NotDone, post } from "../api.js";
import { curtain } from "../components/curtain.js";
import { onScan } from "../scan.js";
import { signInPanel } from "../station/sign-in.js";
import { word } from "../words.js";

/** Ask who is there; `then` is called once somebody signed in. With `leaders`, only those who may decide are offered. */
export function askWho(then, { leaders = false } = {}) {
  const question = curtain();
  const enter = async ({ badge, pin = null }) => {
    try {
      await post("sign-in", { badge, ...(pin === null ? {} : { pin }) });
      question.close();
      then?.();
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      panel.refused(error);
    }
  };
  const panel = signInPanel({ leaders, onperson: enter, onback: () => question.close() });
  const stop = onScan((text) => enter({ badge: text }));
  question.open({ title: word(leaders ? "ask_leader" : "sign_in_here"), body: panel.element, actions: [], onclose: stop });
}

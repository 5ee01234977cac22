// Before everything else, at a browser nobody here knows: who comes?

import { NotDone, post } from "../api.js";
import { h } from "../dom.js";
import { onScan } from "../scan.js";
import { signInPanel } from "../station/sign-in.js";
import { word } from "../words.js";

export function mount(root, { done }) {
  const come = async (who) => {
    try {
      await post("sign-in", who);
      done();
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      panel.refused(error);
    }
  };
  const panel = signInPanel({ leaders: false, onperson: come, onback: null });
  root.append(h("main.sign-in-page", { "data-test": "sign-in-page" }, h("h1", {}, word("sign_in")), panel.element));
  return onScan((text) => come({ badge: text }));
}

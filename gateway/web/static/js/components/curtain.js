/* A curtain: a question over the page. It keeps focus, Esc is the way back, and focus returns to where it was.

   open({title, body, actions, label, onclose}); `body` an element or text; actions: button props, the first is the
   way back. close() shuts it. A scan while it is open is answered by whoever opened it. */

import { fill, h, write } from "../dom.js";
import { button } from "./button.js";

export function curtain() {
  const title = h("h2.curtain-title", { id: `curtain-${Math.random().toString(36).slice(2)}` });
  const body = h("div.curtain-body");
  const actions = h("div.curtain-actions");
  const panel = h("div.curtain-panel", {}, title, body, actions);
  let onclose = null;
  let before = null;
  const element = h(
    "dialog.curtain",
    { "data-test": "curtain", "aria-labelledby": title.id, oncancel: (event) => { event.preventDefault(); close(); } },
    panel,
  );

  function open(props) {
    onclose = props.onclose ?? null;
    write(title, props.title);
    fill(body, props.body ?? null);
    body.hidden = !props.body;
    fill(actions, props.actions.map((action) => button(action).element));
    if (!element.isConnected) document.body.append(element);
    before = document.activeElement;
    if (!element.open) element.showModal();
  }

  function close() {
    if (!element.open) return;
    element.close();
    element.remove();
    if (before?.isConnected) before.focus();
    onclose?.();
  }

  return { element, open, close, get isOpen() { return element.open; } };
}

/* Elements without a framework: made once, then only their texts and attributes change. */

const SVG = "http://www.w3.org/2000/svg";

/** Give an element; `name` may carry classes ("p.hint.small"), `facts` are attributes and `on…` listeners. */
export function h(name, facts = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  dress(element, facts);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Give an SVG element. */
export function svg(name, facts = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  dress(element, facts);
  element.append(...children.flat().filter(Boolean));
  return element;
}

function dress(element, facts) {
  for (const [key, value] of Object.entries(facts)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
}

/** Write a text only when it differs: a repaint costs a tablet more than a comparison. */
export function write(element, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

/** Set or take away an attribute, only when it differs. */
export function mark(element, name, value) {
  const wanted = value === null || value === undefined || value === false ? null : value === true ? "" : String(value);
  if (element.getAttribute(name) === wanted) return;
  if (wanted === null) element.removeAttribute(name);
  else element.setAttribute(name, wanted);
}

/** Set a custom property, only when it differs. */
export function measure(element, name, value) {
  if (element.style.getPropertyValue(name) !== String(value)) element.style.setProperty(name, String(value));
}

/** Put these children in place of what is there, keeping those that stay. */
export function fill(element, ...children) {
  const wanted = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  const same = wanted.length === element.childNodes.length && wanted.every((child, i) => element.childNodes[i] === child);
  if (!same) element.replaceChildren(...wanted);
}

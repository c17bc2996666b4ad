// Elements by hand. Text only ever enters as text, so a guest's words are never markup.

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

// h("li.row", {lang: "da"}, "text", [nodes], null): tag and classes, attributes, children.
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  append(node, children);
  return set(node, attributes);
}

export function svg(tag, attributes = {}, ...children) {
  return append(set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes), children);
}

// The rows of items, keyed: a row whose item is known stays the same node, so focus and hover stay.
// make(item) builds, change(node, item) brings up to date; both are given for each key once.
export function keyed(list, items, key, make, change) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const held = document.activeElement;
  let before = list.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let node = old.get(id);
    old.delete(id);
    if (!node) {
      node = make(item);
      node.dataset.key = id;
    }
    change(node, item);
    if (node === before) before = before.nextElementSibling;
    else list.insertBefore(node, before);
  }
  for (const node of old.values()) node.remove();
  if (held && held !== document.activeElement && list.contains(held)) held.focus();
}

// Single keys, for hands that stay on the keyboard. They are off while something is being typed
// or a dialog is open, and whoever is disturbed by them turns them off for good.
import { h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { t } from "./say.js";

const everywhere = new Map(); // key: {key, what, run}
let here = new Map();
let leader = 0; // until when a "g" waits for its second key

export function areKeysOn() {
  try {
    return localStorage.getItem("lyt-keys") !== "off";
  } catch {
    return true;
  }
}

function setKeysOn(isOn) {
  try {
    localStorage.setItem("lyt-keys", isOn ? "on" : "off");
  } catch { /* for this page only, then */ }
}

function table(rows) {
  return new Map(rows.map(([key, what, run]) => [key, { what, run }]));
}

// rows: [key, words key, function]; "g b" is g and then b.
export function setKeys(rows) {
  for (const [key, row] of table(rows)) everywhere.set(key, row);
}

// Those of the view that is shown; they replace the last view's.
export function setViewKeys(rows) {
  here = table(rows);
}

function isTyping(node) {
  return node.isContentEditable || /^(TEXTAREA|SELECT)$/.test(node.tagName) ||
    (node.tagName === "INPUT" && !/^(checkbox|radio|button)$/.test(node.type));
}

// Letters in the reader's words: the same key on a Danish and an English keyboard.
const shown = { " ": "␣", ArrowDown: "↓", ArrowUp: "↑", Enter: "↵" };

function keycap(key) {
  return key.split(" ").map((part) => h("kbd", {}, shown[part] || part));
}

export function showKeys() {
  const rows = [...here, ...everywhere].map(([key, row]) => h("div", {}, h("dt", {}, keycap(key)), h("dd", {}, t(row.what))));
  const box = h("input", { type: "checkbox", id: "keys-on", onchange: (event) => setKeysOn(event.target.checked) });
  box.checked = areKeysOn();
  openDialog(t("keys.title"), [h("dl.keys", {}, rows), h("label.check", { for: "keys-on" }, box, t("keys.on"))]);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]") || !areKeysOn()) return;
  let key = event.key;
  if (leader > Date.now()) key = "g " + key;
  leader = 0;
  if (key === "g") {
    leader = Date.now() + 1500;
    return;
  }
  const row = here.get(key) || everywhere.get(key);
  if (!row) return;
  // a button that has the focus keeps Enter and space
  if ((key === "Enter" || key === " ") && /^(BUTTON|A|INPUT|SUMMARY)$/.test(event.target.tagName)) return;
  event.preventDefault();
  row.run(event);
});

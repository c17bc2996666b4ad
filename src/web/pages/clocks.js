// Clocks that count down: to acknowledge, to first words, to remedy, to close.
import { h } from "./dom.js";
import { icon } from "./shapes.js";
import { clockText, t } from "./say.js";

const order = ["acknowledge", "contact", "remedy", "close"];

// The clocks of an incident that still run, the next due first.
export function running(incident) {
  return (incident.clocks || []).filter((clock) => clock.due_at && !clock.stopped_at)
    .sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || order.indexOf(a.clock) - order.indexOf(b.clock));
}

function fill(node, now) {
  if (node.dataset.paused) return;
  const due = Number(node.dataset.due), warn = Number(node.dataset.warn), since = Number(node.dataset.since);
  const text = node.lastElementChild;
  if (!due) {
    text.textContent = clockText((now - since) / 1000);
    return;
  }
  const isLate = now >= due;
  node.classList.toggle("late", isLate);
  node.classList.toggle("near", !isLate && warn > 0 && now >= warn);
  text.textContent = (isLate ? "+" : "") + clockText(isLate ? (now - due) / 1000 : Math.ceil((due - now) / 1000));
}

// From three quarters of the way on a limit is near, as houses usually have it.
function warnAt(clock) {
  const from = Date.parse(clock.started_at), to = Date.parse(clock.due_at);
  return from + (to - from) * 0.75;
}

// One clock as an element; tick() keeps it going. Without a limit it counts up from the opening.
export function clockFace(incident, clock) {
  const label = clock ? t("clock." + clock.clock) : t("clock.waiting");
  const node = h("span.clock", {
    "data-due": clock ? Date.parse(clock.due_at) : "", "data-warn": clock ? warnAt(clock) : "",
    "data-since": Date.parse(incident.opened_at), "data-paused": incident.paused_until ? "1" : null, title: label,
  }, icon("clock"), h("span.clock-name", {}, label), h("span.clock-time", { role: "timer" }, incident.paused_until ? t("clock.paused") : ""));
  fill(node, Date.now());
  return node;
}

export function tick() {
  const now = Date.now();
  for (const node of document.querySelectorAll(".clock")) fill(node, now);
}

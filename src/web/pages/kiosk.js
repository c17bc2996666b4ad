// The guest's page behind a tag: /t/<tag>. ?kiosk: a shared tablet, which clears itself;
// ?scale=10 asks 0 to 10 instead of five faces; ?lang=de begins in German.
// Nothing of the guest stays on the device but answers that still wait to be sent.
import { fillTongues, pick, say } from "./guest-say.js";
import { Outbox } from "./outbox.js";

const options = new URLSearchParams(location.search);
const isKiosk = options.has("kiosk");
const isTen = options.get("scale") === "10";
// a tap of a signed tag is good for one message: whoever has more to say taps again
const isSigned = options.has("picc_data");
// a shared tablet speaks the language of its tag, a guest's own phone that of the phone
const device = navigator.languages || [], { language: ofTag, number } = document.body.dataset;
const first = pick(options.get("lang"), isKiosk ? [ofTag, ...device] : [...device, ofTag]);
const resetMs = 10000, idleMs = 60000, stillMs = 20000;
// the tag and its check code, without our own options
const code = new URLSearchParams([...options].filter(([name]) => !["kiosk", "scale", "lang"].includes(name)));
const target = location.pathname + (String(code) && "?" + code);
const at = (id) => document.getElementById(id);

let language = first;
let timers = [];
let fate = null;

const outbox = new Outbox((n) => {
  outbox.n = n;
  showPending();
});

function showPending() {
  at("pending").textContent = isKiosk && outbox.n ? say("pending", language, { n: outbox.n }) : "";
}

const mouths = ["M15 35q9-11 18 0", "M16 34q8-6 16 0", "M16 32h16", "M16 30q8 6 16 0", "M14 28q10 13 20 0"];

function svg(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function face(n) {
  const drawing = svg("svg", { viewBox: "0 0 48 48", "aria-hidden": "true" });
  drawing.append(svg("circle", { cx: 24, cy: 24, r: 21 }), svg("circle", { class: "eye", cx: 17, cy: 19, r: 2.5 }),
    svg("circle", { class: "eye", cx: 31, cy: 19, r: 2.5 }), svg("path", { d: mouths[n - 1] }));
  return drawing;
}

// A native radio a choice: arrow keys, switches and screen readers know them.
function choice(value, content) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const shown = document.createElement("span");
  input.type = "radio";
  input.name = "score";
  input.value = value;
  shown.append(...content);
  label.append(input, shown);
  return label;
}

function fillRow() {
  const chosen = at("form").elements.score?.value;
  at("row").className = isTen ? "row ten" : "row";
  at("row").replaceChildren(...(isTen
    ? Array.from({ length: 11 }, (_, n) => choice(n, [String(n)]))
    : mouths.map((_, n) => choice(n + 1, [face(n + 1), say("face" + (n + 1), language)]))));
  if (chosen) at("form").elements.score.value = chosen;
}

// All words anew, in the language; what is chosen and written stays.
function show() {
  document.documentElement.lang = language;
  document.title = say(isTen ? "recommend" : "question", language);
  fillTongues(at("tongues"), language, (code) => {
    language = code;
    show();
  });
  fillRow();
  at("ends").hidden = !isTen;
  const texts = {
    question: isTen ? "recommend" : "question", low: "low", high: "high", "text-label": "text", "text-hint": "textHint",
    "contact-label": "contact", "contact-hint": "contactHint", send: "send", danger: "danger", again: "again",
    "thanks-title": "thanks", "follow-link": "follow",
  };
  for (const [id, key] of Object.entries(texts)) at(id).textContent = say(key, language);
  if (at("wrong").textContent) at("wrong").textContent = say("empty", language);
  if (fate) showFate();
  showPending();
}

// Works without a secure context, which randomUUID does not.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function answer() {
  const form = at("form");
  const text = at("text").value.trim();
  const contact = at("contact").value.trim();
  const score = form.elements.score.value;
  const whole = { id: newId(), lang: language, channel: isKiosk ? "kiosk" : "nfc", sent_at: new Date().toISOString() };
  if (text) whole.text = text;
  if (score !== "") Object.assign(whole, { score: Number(score), scale: isTen ? 10 : 5 });
  if (contact) whole.contact = contact;
  return text || score !== "" ? whole : null;
}

function showFate() {
  const isBad = fate.state === "full" || fate.state === "refused";
  at("thanks-more").textContent = say(isBad ? fate.state : fate.state === "kept" ? "kept" : "sent", language) + (isSigned && !isBad ? " " + say("tapAgain", language) : "");
  at("person").textContent = number ? say("call", language, { number }) : say("person", language);
  at("again").hidden = isSigned && !isBad;
  at("thanks-title").hidden = isBad;
  const reference = fate.answer?.reference;
  at("follow").hidden = !reference || isKiosk;
  if (reference) at("follow-link").href = "/s/" + encodeURIComponent(reference) + "?lang=" + language;
}

function clearTimers() {
  timers.forEach(clearTimeout);
  timers = [];
  at("still").textContent = "";
}

function reset() {
  clearTimers();
  fate = null;
  at("form").reset();
  at("wrong").textContent = "";
  at("thanks").hidden = true;
  at("form").hidden = false;
  at("send").disabled = false;
  at("wait").className = "";
  if (isKiosk) language = first;
  show();
  scrollTo(0, 0);
}

async function send(event) {
  event.preventDefault();
  const whole = answer();
  at("wrong").textContent = whole ? "" : say("empty", language);
  if (!whole) {
    at("text").focus();
    return;
  }
  clearTimers();
  at("send").disabled = true;
  fate = await Promise.race([
    outbox.send(target, whole),
    new Promise((resolve) => setTimeout(resolve, 4000, { state: "kept" })),
  ]);
  showFate();
  at("form").hidden = true;
  at("thanks").hidden = false;
  (at("thanks-title").hidden ? at("again") : at("thanks-title")).focus();
  // on a guest's own phone the way to what happens next stays
  if (!at("follow").hidden) return;
  at("wait").className = "run";
  timers = [setTimeout(reset, resetMs)];
}

// A shared tablet must not show one guest's words to the next.
function stir() {
  if (!isKiosk || at("form").hidden) return;
  clearTimers();
  if (!answer() && !at("contact").value && language === first) return;
  timers = [
    setTimeout(() => { at("still").textContent = say("still", language); }, idleMs),
    setTimeout(reset, idleMs + stillMs),
  ];
}

at("form").addEventListener("submit", send);
at("again").addEventListener("click", () => {
  reset();
  at("text").focus();
});
for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, stir);
show();
at("form").hidden = false;

// where the browser allows it (https, or this machine), the page itself survives a line that is down
if (isKiosk && navigator.serviceWorker) {
  const keep = navigator.serviceWorker;
  keep.addEventListener("controllerchange", () => fetch(location.href).catch(() => {}));
  keep.register("/assets/kiosk-cache.js", { scope: "/t/" }).catch(() => {});
}

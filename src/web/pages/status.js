// What happens with a guest's message: /s/<reference>. The service writes the state into the page;
// here it gets words in the guest's language, and how to reach a person. Nothing of what was said
// is in it. It looks again by itself while somebody looks at it.
import { fillTongues, pick, say } from "./guest-say.js";
import { words } from "./status-words.js";

const at = (id) => document.getElementById(id);
const { state, number, due, dueFor, today, refund, link } = document.body.dataset;
const reference = location.pathname.split("/")[2];
const steps = [["received", "stepReceived"], ["in-work", "stepWork"], ["done", "stepDone"]];
const now = steps.findIndex(([name]) => name === state);
const waits = { promise: "duePromise", contact: "dueContact", late: "dueLate" };
const refunds = { asked: "refundAsked", answered: "refundAnswered" };
const againMs = 30000;

let language = pick(new URLSearchParams(location.search).get("lang"), navigator.languages || []);

function step([, key], n) {
  const row = document.createElement("li");
  row.textContent = say(key, language, {}, words);
  if (n <= now) row.className = "done";
  if (n === now) row.setAttribute("aria-current", "step");
  return row;
}

// The house's own clock: its time is read as if it were UTC, so that no other zone moves it.
function clock() {
  const at = new Date(due + ":00Z");
  const day = today ? {} : { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "UTC", hour: "2-digit", minute: "2-digit", ...day }).format(at);
}

// Money back: a button of ours or a link of the house's, and what came of it.
function showRefund() {
  const way = at(link ? "link" : "ask");
  way.hidden = refund !== "open";
  way.firstElementChild.textContent = say("refundAsk", language, {}, words);
  at("ask").action = "/s/" + reference + "/refund?lang=" + language;
  at("asked").hidden = !refunds[refund];
  at("asked").textContent = refunds[refund] ? say(refunds[refund], language, {}, words) : "";
}

function show() {
  document.documentElement.lang = language;
  document.title = say("statusTitle", language, {}, words);
  fillTongues(at("tongues"), language, (code) => {
    language = code;
    history.replaceState(null, "", "?lang=" + code);
    show();
  });
  at("title").textContent = say("statusTitle", language, {}, words);
  at("reference").textContent = say("reference", language, { reference }, words);
  at("steps").replaceChildren(...steps.map(step));
  at("due").hidden = !due;
  at("due").textContent = due ? say(waits[dueFor], language, { time: clock() }, words) : "";
  showRefund();
  at("person").textContent = number ? say("call", language, { number }) : say("person", language);
}

show();
setInterval(() => {
  if (document.visibilityState === "visible" && navigator.onLine) location.reload();
}, againMs);

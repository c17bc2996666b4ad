// What happens with a guest's message: /s/<reference>. Shows a state and how to reach a person,
// nothing of what was said; looks again by itself.
import { fillTongues, pick, say } from "./guest-say.js";

const at = (id) => document.getElementById(id);
const reference = location.pathname.split("/")[2] || "";
const order = ["received", "taken", "work", "remedied", "closed"];
const words = { received: "stepReceived", taken: "stepTaken", work: "stepWork", remedied: "stepRemedied", closed: "stepClosed" };

let language = pick(new URLSearchParams(location.search).get("lang"), navigator.languages || []);
let state = null; // one of order, "unknown", "unreachable"

function steps() {
  const list = document.createElement("ol");
  list.className = "steps";
  list.append(...order.map((step, n) => {
    const row = document.createElement("li");
    row.textContent = say(words[step], language);
    if (n <= order.indexOf(state)) row.className = "done";
    if (step === state) row.setAttribute("aria-current", "step");
    return row;
  }));
  return list;
}

function show() {
  document.documentElement.lang = language;
  document.title = say("statusTitle", language);
  fillTongues(at("tongues"), language, (code) => {
    language = code;
    show();
  });
  at("title").textContent = say("statusTitle", language);
  at("reference").textContent = say("reference", language, { reference });
  at("person").textContent = say("person", language);
  if (state) at("state").replaceChildren(order.includes(state) ? steps() : say(state, language));
}

async function look() {
  try {
    const response = await fetch(location.pathname, {
      credentials: "omit", headers: { Accept: "application/json" }, referrerPolicy: "no-referrer",
    });
    if (response.status >= 500) throw new Error("later");
    const answer = response.ok ? await response.json() : {};
    state = order.includes(answer.state) ? answer.state : "unknown";
  } catch {
    if (!order.includes(state)) state = "unreachable";
  }
  show();
}

show();
look();
setInterval(look, 20000);

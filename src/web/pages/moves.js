// What may be done with an incident in each state, as buttons. What the service would refuse
// anyway is not offered; what needs words asks for them first.
import { post } from "./api.js";
import { ask, attempt, toast } from "./dialog.js";
import { h } from "./dom.js";
import { live, loadIncidents, mayLead } from "./live.js";
import { teamName } from "./board.js";
import { t } from "./say.js";

const next = {
  new: "ack", reopened: "ack", acknowledged: "work", "in-work": "remedy", remedied: "confirm", confirmed: "close",
};
const more = {
  new: ["assign", "contacted", "note", "void"],
  reopened: ["assign", "contacted", "note", "void"],
  acknowledged: ["assign", "contacted", "promise", "pause", "note", "void"],
  "in-work": ["assign", "contacted", "promise", "pause", "note", "void"],
  remedied: ["reopen", "note"],
  confirmed: ["reopen", "note"],
  closed: ["reopen"],
  void: [],
};

// People first, then teams as a whole; whose it is already is none of them.
function receivers(incident) {
  const others = [...live.people.map((one) => [one.person, one.name]), ...[...live.teams.keys()].map((id) => [id, t("ask.team", { name: teamName(id) })])];
  return [["", t("ask.choose")], ...others.filter(([id]) => id !== incident.owner)];
}

const fields = {
  // a service without settings knows of no people
  assign: (incident) => [{ name: "to", label: t(live.people.length ? "ask.toWhom" : "ask.to"), required: true, options: live.people.length ? receivers(incident) : undefined }],
  note: () => [{ name: "note", label: t("ask.note"), rows: 3, required: true }],
  void: () => [{ name: "note", label: t("ask.why"), rows: 2, required: true }],
  reopen: () => [{ name: "note", label: t("ask.why"), rows: 2, required: true }],
  promise: () => [
    { name: "note", label: t("ask.promise"), rows: 2, required: true },
    { name: "minutes", label: t("ask.minutes"), type: "number", min: 1, max: 1440, required: true, value: 60 },
  ],
  pause: () => [
    { name: "note", label: t("ask.why"), rows: 2, required: true },
    { name: "minutes", label: t("ask.minutes"), type: "number", min: 1, max: 720, required: true, value: 60 },
  ],
  // what is written down already need not be written again
  close: (incident) => [
    { name: "cause", label: t("ask.cause"), rows: 2, required: !incident.has_cause },
    { name: "action", label: t("ask.action"), rows: 2, required: !incident.has_action },
  ],
};

export function mayAct() {
  return ["staff", "manager", "admin"].includes(live.me?.role);
}

async function send(incident, action, values = {}) {
  const body = { ...values };
  if (body.minutes !== undefined) body.minutes = Number(body.minutes);
  return post(`incidents/${incident.incident}/${action}`, body);
}

// Only as things stood when the reader decided: whoever was faster wins, and the other is told.
function asSeen(incident, values = {}) {
  return incident.version ? { ...values, version: incident.version } : values;
}

async function carryOut(incident, action, values) {
  if (action === "close" && values) {
    // it closes only with both written down; each is a fact of its own
    if (values.cause) await send(incident, "cause", asSeen(incident, { note: values.cause }));
    if (values.action) await send(incident, "action", { note: values.action });
    await send(incident, "close");
  } else {
    await send(incident, action, action === "note" ? values : asSeen(incident, values));
  }
  toast(t("did." + action));
  await loadIncidents();
}

export function doMove(incident, action, button) {
  if (!fields[action]) return attempt(button, () => carryOut(incident, action));
  return ask(t("do." + action), fields[action](incident), t("do." + action), (values) => carryOut(incident, action, values));
}

// Those that only a manager may make.
const leading = new Set(["void"]);
const mayDo = (action) => !leading.has(action) || mayLead();

export function nextMove(incident) {
  return mayAct() ? next[incident.state] : undefined;
}

export function moveButton(incident, action, isPrimary) {
  return h(isPrimary ? "button.button.primary" : "button.button", {
    type: "button", "data-move": action, onclick: (event) => doMove(incident, action, event.currentTarget),
  }, t("do." + action));
}

// All of them, the usual next one first.
export function moveButtons(incident) {
  if (!mayAct()) return [h("p.hint", {}, t("incident.readOnly"))];
  const usual = next[incident.state];
  // a pause ends by the same place it began at
  const others = (more[incident.state] || []).map((action) => (action === "pause" && incident.paused_until ? "resume" : action));
  return [usual && moveButton(incident, usual, true), ...others.filter(mayDo).map((action) => moveButton(incident, action))];
}

// What a guest said to somebody of the staff, written down by them: it goes the way of every message,
// under the name of who is logged in.
import { post } from "./api.js";
import { ask, toast } from "./dialog.js";
import { live } from "./live.js";
import { t } from "./say.js";

export const mayTell = () => ["staff", "manager", "admin"].includes(live.me?.role);

let last = ""; // the house that was written down last

// The house most of what is on the board is of.
function usual() {
  const counts = new Map();
  for (const incident of live.incidents) counts.set(incident.property, (counts.get(incident.property) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] || "";
}

function houseField() {
  const own = live.me?.properties || [];
  const field = { name: "property", label: t("tell.property"), required: true, value: last || own[0] || usual() };
  return own.length ? { ...field, options: own.map((name) => [name, name]) } : field;
}

// "2026-11-26T14:05" as the clock on the wall here has it, which is what the field takes.
function localTime(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

export function tell() {
  // made once: pressed twice, or sent again after a lost line, it is one message
  const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  ask(t("tell.title"), [
    { name: "text", label: t("tell.text"), hint: t("tell.textHint"), rows: 4, max: 2000, required: true },
    { name: "place", label: t("tell.place"), hint: t("tell.placeHint") },
    houseField(),
    { name: "at", label: t("tell.at"), type: "datetime-local", max: localTime(new Date()), required: true, value: localTime(new Date()) },
  ], t("tell.send"), async (values) => {
    await post("feedback", { id, channel: "staff", text: values.text, place: values.place, property: values.property, sent_at: new Date(values.at).toISOString() });
    last = values.property;
    toast(t("tell.sent"));
  });
}

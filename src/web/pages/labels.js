// What people say a message really was. A decision goes to the service, which keeps it and learns
// from it within a moment; what was decided in this visit can be taken back.
import { post } from "./api.js";
import { toast } from "./dialog.js";
import { h } from "./dom.js";
import { scenarioName } from "./board.js";
import { t, tn } from "./say.js";

// [{feedback, labels, text}], the last one last; no label: nothing failed.
const decided = [];

export const decisionOn = (feedback) => decided.find((decision) => decision.feedback === feedback);

function forget(feedback) {
  const at = decided.findIndex((decision) => decision.feedback === feedback);
  if (at >= 0) decided.splice(at, 1);
}

// Counts at once. One that the service refuses is taken off again, and failed() is called. A second
// decision on the same message takes the place of the first.
export async function decide(feedback, text, labels, failed) {
  forget(feedback);
  decided.push({ feedback, labels, text });
  try {
    await post(`feedback/${feedback}/correct`, { scenarios: labels });
  } catch (error) {
    forget(feedback);
    toast(error.message, true);
    failed();
  }
}

// Takes the last one back and says of which message it was.
export async function undo() {
  const last = decided[decided.length - 1];
  if (!last) return undefined;
  try {
    await post(`feedback/${last.feedback}/uncorrect`);
  } catch (error) {
    toast(error.message, true);
    return undefined;
  }
  forget(last.feedback);
  return last.feedback;
}

const named = (decision) => decision.labels.map(scenarioName).join(", ") || t("unclear.nothing");

// How many there are and the last of them, with the way back; key is its shortcut, if there is one.
export function kept(onUndo, key) {
  if (!decided.length) return null;
  return h("section.card", { "aria-label": t("labels.kept") },
    h("p", {}, tn("labels.decided", decided.length), " ", t("labels.what")),
    h("ul.lines", {}, decided.slice(-3).map((decision) => h("li", {}, h("strong", {}, named(decision)), " ", h("span.soft", {}, decision.text)))),
    h("div.buttons", {}, h("button.button", { type: "button", onclick: onUndo }, key && h("kbd", { "aria-hidden": "true" }, key), t("labels.undo"))));
}

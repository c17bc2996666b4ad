// What people say a message really was: decisions of this visit, as labelled lines in the format
// that `lyt train` and a pack's training folder take. They are kept in this page only and leave it
// as a file; the guest's words go nowhere else.
import { h } from "./dom.js";
import { t, tn } from "./say.js";

// [{feedback, labels, text}], the last one last; no label: nothing failed.
const decided = [];
let isSaved = true;

export const decisionOn = (feedback) => decided.find((decision) => decision.feedback === feedback);
export const decisions = () => decided.length;

// A second decision on the same message takes the place of the first.
export function decide(feedback, text, labels) {
  forget(feedback);
  decided.push({ feedback, labels, text });
  isSaved = false;
}

function forget(feedback) {
  const at = decided.findIndex((decision) => decision.feedback === feedback);
  if (at >= 0) decided.splice(at, 1);
}

// Takes the last one back and says of which message it was.
export function undo() {
  return decided.pop()?.feedback;
}

function line(decision) {
  const labels = decision.labels.length ? decision.labels : ["none"];
  return labels.map((label) => "__label__" + label).join(" ") + " " + decision.text.replace(/\s+/g, " ").trim();
}

export function download() {
  if (!decided.length) return;
  const url = URL.createObjectURL(new Blob([decided.map(line).join("\n") + "\n"], { type: "text/plain" }));
  h("a", { href: url, download: "training.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  isSaved = true;
}

addEventListener("beforeunload", (event) => {
  if (!isSaved && decided.length) event.preventDefault();
});

// How many there are, the last of them as they will stand in the file, and the way to it.
export function kept(onUndo) {
  if (!decided.length) return null;
  return h("section.card", { "aria-label": t("labels.kept") },
    h("p", {}, tn("labels.decided", decided.length), " ", t("labels.what")),
    h("ul.lines", {}, decided.slice(-3).map((decision) => h("li", {}, h("code", {}, line(decision))))),
    h("div.buttons", {}, h("button.button.primary", { type: "button", onclick: download }, t("labels.download")),
      h("button.button", { type: "button", onclick: onUndo }, h("kbd", { "aria-hidden": "true" }, "z"), t("labels.undo"))));
}

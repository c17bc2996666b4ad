// What Lyt was unsure of, one message at a time, worked with number keys. A decision becomes a
// labelled line in the format that `lyt train` and a pack's training folder take; the lines are
// kept in this page only and leave it as a file.
import { get, query } from "./api.js";
import { h } from "./dom.js";
import { live } from "./live.js";
import { message } from "./evidence.js";
import { scenarioName } from "./board.js";
import { percent, t, timeText, tn } from "./say.js";
import { setViewKeys } from "./keys.js";

// Decisions of this visit: [{feedback, labels, text, language}], the last one last.
const decided = [];

function line(decision) {
  const labels = decision.labels.length ? decision.labels : ["none"];
  return labels.map((label) => "__label__" + label).join(" ") + " " + decision.text.replace(/\s+/g, " ").trim();
}

function download() {
  const url = URL.createObjectURL(new Blob([decided.map(line).join("\n") + "\n"], { type: "text/plain" }));
  h("a", { href: url, download: "training.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

// The scenarios that were heard, the likeliest first.
function candidates(item) {
  return (item.verdict?.failures || []).slice(0, 6).map((failure) => [failure.scenario, failure.probability]);
}

export function unclearView(main) {
  let items = [], at = 0;
  const body = h("div", {});
  const count = h("p.hint", { role: "status" });
  const keep = h("div.kept", {});
  main.append(h("h1", { tabindex: "-1" }, t("unclear.title")), h("p.lead", {}, t("unclear.lead")), count, body, keep);
  document.title = t("unclear.title") + " – Lyt";

  const remaining = () => items.filter((item) => !decided.some((decision) => decision.feedback === item.feedback));

  function decide(labels) {
    const item = remaining()[at];
    if (!item) return;
    decided.push({ feedback: item.feedback, labels, text: item.text || "" });
    at = Math.min(at, Math.max(0, remaining().length - 1));
    draw();
  }

  function undo() {
    if (!decided.length) return;
    const item = decided.pop();
    at = Math.max(0, remaining().findIndex((other) => other.feedback === item.feedback));
    draw();
  }

  function step(n) {
    const length = remaining().length;
    if (length) at = (at + n + length) % length;
    draw();
  }

  function choices(item) {
    const rows = candidates(item);
    const select = h("select", { id: "other", onchange: (event) => event.target.value && decide([event.target.value]) },
      h("option", { value: "" }, t("unclear.other")),
      [...live.scenarios.keys()].sort((a, b) => scenarioName(a).localeCompare(scenarioName(b))).map((id) => h("option", { value: id }, scenarioName(id))));
    return h("div.choices", {},
      rows.map(([id, probability], n) => h("button.choice", { type: "button", onclick: () => decide([id]) },
        h("kbd", { "aria-hidden": "true" }, n + 1), h("span", {}, scenarioName(id)), h("span.soft", {}, percent(probability)))),
      h("button.choice", { type: "button", onclick: () => decide([]) }, h("kbd", { "aria-hidden": "true" }, "0"), h("span", {}, t("unclear.nothing"))),
      h("label.choice.select", { for: "other" }, h("kbd", { "aria-hidden": "true" }, "o"), h("span.unseen", {}, t("unclear.other")), select));
  }

  function draw() {
    const left = remaining();
    count.textContent = left.length ? t("unclear.count", { n: at + 1, of: left.length }) : "";
    const item = left[at];
    body.replaceChildren(...(item ? [h("section.card.unclear", { "aria-label": t("unclear.count", { n: at + 1, of: left.length }) },
      h("p.meta", {}, [t("why." + item.why), timeText(item.sent_at || item.accepted_at), item.property, item.place].filter(Boolean).map((part) => h("span", {}, part))),
      message({ text: item.text, language: item.verdict?.language?.code, verdict: item.verdict, scenarios: live.scenarios }), choices(item),
      h("div.buttons", {}, h("button.button.plain", { type: "button", onclick: () => step(1) }, h("kbd", { "aria-hidden": "true" }, "s"), t("unclear.skip"))))]
      : [h("p.nothing", {}, t("unclear.done"))]));
    keep.replaceChildren(...(decided.length ? [h("section.card", { "aria-label": t("unclear.kept") },
      h("p", {}, tn("unclear.decided", decided.length), " ", t("unclear.what")),
      h("ul.lines", {}, decided.slice(-3).map((decision) => h("li", {}, h("code", {}, line(decision))))),
      h("div.buttons", {}, h("button.button.primary", { type: "button", onclick: download }, t("unclear.download")),
        h("button.button", { type: "button", onclick: undo }, h("kbd", { "aria-hidden": "true" }, "z"), t("unclear.undo"))))] : []));
  }

  async function load() {
    try {
      const answer = await get("unclear" + query({ limit: 200 }));
      items = answer.unclear.map((row) => ({ ...row.message, why: row.why })).filter((item) => item.text);
      draw();
    } catch (error) {
      count.textContent = error.message;
    }
  }

  setViewKeys([
    ...[1, 2, 3, 4, 5, 6].map((n) => [String(n), "keys.choose", () => {
      const row = remaining()[at] && candidates(remaining()[at])[n - 1];
      if (row) decide([row[0]]);
    }]),
    ["0", "keys.nothing", () => decide([])], ["o", "keys.other", () => document.getElementById("other")?.focus()],
    ["s", "keys.skip", () => step(1)], ["j", "keys.skip", () => step(1)], ["k", "keys.before", () => step(-1)],
    ["z", "keys.undo", undo], ["d", "keys.download", () => decided.length && download()],
  ]);
  return { ready: load() };
}

// What Lyt was unsure of, one message at a time, worked with number keys.
import { get, query } from "./api.js";
import { h } from "./dom.js";
import { decide as label, decisionOn, kept, undo as takeBack } from "./labels.js";
import { live, onLive } from "./live.js";
import { message } from "./evidence.js";
import { otherChoice } from "./choose.js";
import { scenarioName } from "./board.js";
import { percent, t, timeText } from "./say.js";
import { setViewKeys } from "./keys.js";

// The scenarios that were heard, then those that were nearly, the likeliest first.
function candidates(item) {
  const heard = item.verdict?.failures || [], isHeard = (row) => heard.some((failure) => failure.scenario === row.scenario);
  return [...heard, ...item.likely.filter((row) => !isHeard(row))].slice(0, 6).map((row) => [row.scenario, row.probability]);
}

export function unclearView(main) {
  let items = [], at = 0, isGone = false;
  const body = h("div", {});
  const count = h("p.hint", { role: "status" });
  const keep = h("div.kept", {});
  main.append(h("h1", { tabindex: "-1" }, t("unclear.title")), h("p.lead", {}, t("unclear.lead"), " ", h("span.by-keys", {}, t("unclear.keys"))), count, body, keep);
  document.title = t("unclear.title") + " – Lyt";

  const remaining = () => items.filter((item) => !decisionOn(item.feedback));

  function decide(labels) {
    const item = remaining()[at];
    if (!item) return;
    label(item.feedback, item.text, labels, () => { if (!isGone) draw(); });
    at = Math.min(at, Math.max(0, remaining().length - 1));
    draw();
  }

  async function undo() {
    const feedback = await takeBack();
    if (feedback === undefined || isGone) return;
    at = Math.max(0, remaining().findIndex((item) => item.feedback === feedback));
    draw();
  }

  function step(n) {
    const length = remaining().length;
    if (length) at = (at + n + length) % length;
    draw();
  }

  function choices(item) {
    const rows = candidates(item);
    return h("div.choices", {},
      rows.map(([id, probability], n) => h("button.choice", { type: "button", onclick: () => decide([id]) },
        h("kbd", { "aria-hidden": "true" }, n + 1), h("span", {}, scenarioName(id)), h("span.soft", {}, percent(probability)))),
      h("button.choice", { type: "button", onclick: () => decide([]) }, h("kbd", { "aria-hidden": "true" }, "0"), h("span", {}, t("unclear.nothing"))),
      otherChoice((id) => decide([id]), "o"));
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
    keep.replaceChildren(...[kept(undo, "z")].filter(Boolean));
  }

  async function load() {
    try {
      const answer = await get("unclear" + query({ limit: 200 }));
      items = answer.unclear.map((row) => ({ ...row.message, why: row.why, likely: row.likely })).filter((item) => item.text);
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
    ["z", "keys.undo", undo],
  ]);
  // what a colleague has decided is not asked again
  const off = onLive((what, event) => {
    if (what === "unclear" && live.unclear && !remaining().length) load();
    if (event?.type !== "correction" || decisionOn(event.feedback)) return;
    items = items.filter((item) => item.feedback !== event.feedback);
    draw();
  });
  return { ready: load(), leave: () => { isGone = true; off(); } };
}

// A sentence, and what Lyt would make of it, as it is typed: scenario, evidence, where it would go.
import { post } from "./api.js";
import { h } from "./dom.js";
import { live } from "./live.js";
import { message } from "./evidence.js";
import { severityMark } from "./shapes.js";
import { scenarioName, teamName } from "./board.js";
import { percent, t } from "./say.js";

function heard(failure, wanted) {
  return h("li" + (failure.scenario === wanted ? ".wanted" : ""), {}, severityMark(failure.severity), h("span", {}, scenarioName(failure.scenario)),
    h("span.soft", {}, percent(failure.probability)), failure.team && h("span.route", {}, t("try.to", { team: teamName(failure.team) })));
}

function route(answer) {
  const names = answer.routes.flatMap((row) => row.receivers).map((receiver) => receiver.who || receiver.to).map((id) => live.people.find((one) => one.person === id)?.name || teamName(id));
  return names.length ? h("p.hint", {}, t("try.told", { names: [...new Set(names)].join(", ") })) : null;
}

// wanted: the scenario the editor shows, which the answer is compared with. Its draft, once there is
// one (draft()), goes with every try and hears what is wrong with it.
export function tryBox(wanted) {
  const area = h("textarea", { id: "try", rows: 3, maxlength: 2000, placeholder: t("try.example") });
  const out = h("div.try-out", { role: "status" });
  let asked = 0, timer, draft = null;

  function refused(error) {
    if (draft && error.body.error?.field === "scenario_yaml") draft.complain(error.message);
    else out.replaceChildren(h("p.wrong", {}, error.message));
  }

  async function run() {
    const mine = ++asked;
    const text = area.value.trim();
    if (!text) {
      out.replaceChildren();
      return;
    }
    const carried = draft ? draft.carried() : {};
    try {
      const answer = await post("try", { text, ...carried });
      if (mine !== asked) return;
      draft?.complain("");
      const { verdict } = answer;
      const { failures } = verdict;
      out.replaceChildren(...[
        carried.scenario_yaml !== undefined && h("p.as-changed", {}, t("draft.tried")),
        failures.length ? h("ul.heard", {}, failures.map((failure) => heard(failure, wanted))) : h("p.nothing-heard", {}, t("try.nothing")),
        h("p.meta", {}, h("span", {}, t("kind." + verdict.kind)), verdict.place && h("span", {}, t("incident.place", { place: verdict.place })), h("span", {}, verdict.language?.code)),
        route(answer),
        failures.length ? message({ text: verdict.text, language: verdict.language?.code, verdict, scenarios: live.scenarios, only: wanted }) : null,
      ].filter(Boolean));
    } catch (error) {
      if (mine === asked) refused(error);
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, 120);
  });
  const use = (text) => {
    area.value = text;
    run();
    area.focus();
  };
  // The draft was changed: the same sentence again, or an example where there is none.
  const again = (example) => {
    if (!area.value.trim()) area.value = example;
    run();
  };
  return { node: h("section.card.try", { "aria-labelledby": "try-title" }, h("h2", { id: "try-title" }, h("label", { for: "try" }, t("try.title"))), area, out), use, again, setDraft: (given) => { draft = given; } };
}

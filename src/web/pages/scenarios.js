// The scenarios of the pack: who mends what, by when, with which words; and a place to try them.
import { get } from "./api.js";
import { draftOf } from "./draft.js";
import { h } from "./dom.js";
import { live, loadScenarios } from "./live.js";
import { severityMark } from "./shapes.js";
import { scenarioName, teamName } from "./board.js";
import { getLanguage, named, plain, t } from "./say.js";
import { tryBox } from "./trying.js";
import { setViewKeys } from "./keys.js";

function section(title, ...content) {
  return h("section.part", {}, h("h3", {}, title), content);
}

function limits(scenario) {
  const rows = Object.entries(scenario.limits_min);
  return rows.length && section(t("scenario.limits"), h("dl.facts", {}, rows.map(([clock, minutes]) =>
    h("div", {}, h("dt", {}, t("clock." + clock)), h("dd", {}, minutes < 120 ? t("time.minutesLong", { n: minutes }) : t("time.hoursLong", { n: Math.round(minutes / 60) }))))));
}

function messages(scenario) {
  const rows = scenario.messages || [];
  return rows.length && section(t("scenario.messages"), rows.map((row) => h("p.draft", { lang: getLanguage() }, named(row.text, row.message))));
}

function compensation(scenario) {
  const rows = scenario.compensations || [];
  return rows.length && section(t("scenario.compensation"), h("ul.plain", {}, rows.map((row) =>
    h("li", {}, named(row.name, row.compensation), row.amount ? ` · ${row.amount} ${row.currency || ""}` : "", row.level && h("span.soft", {}, " · " + t("level." + row.level))))));
}

// The sentences the scenario is tested with; a press tries one.
function examples(scenario, use) {
  const blocks = ["fires", "silent"].map((which) => {
    const rows = scenario.examples.filter((example) => example.fires === (which === "fires"));
    return rows.length && h("div", {}, h("h4", {}, t("scenario." + which)), h("ul.examples", {}, rows.map((example) =>
      h("li", {}, h("button.link", { type: "button", lang: example.language, onclick: () => use(example.text) }, example.text)))));
  });
  return blocks.some(Boolean) && section(t("scenario.examples"), h("p.hint", {}, t("scenario.press")), blocks);
}

export function scenariosView(main, { id }) {
  const entries = [...live.scenarios.values()].map((scenario) => ({ ...scenario, id: scenario.scenario }))
    .sort((a, b) => scenarioName(a.id).localeCompare(scenarioName(b.id), getLanguage()));
  const box = tryBox(id);
  const filter = h("input", { type: "search", id: "scenario-filter", autocomplete: "off", placeholder: t("scenario.find"), "aria-label": t("scenario.find") });
  const links = entries.map((scenario) => h("li", {}, h("a", { href: "/scenarios?id=" + encodeURIComponent(scenario.id), "aria-current": scenario.id === id ? "page" : null },
    severityMark(scenario.severity), h("span", {}, scenarioName(scenario.id)), h("span.soft", {}, teamName(scenario.team)))));
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    links.forEach((link, n) => { link.hidden = !(link.textContent.toLowerCase() + " " + entries[n].id).includes(wanted); });
  });
  const sheet = h("article.card.sheet", { hidden: !id });
  main.append(h("h1", { tabindex: "-1" }, t("scenario.title")), box.node, h("div.columns.catalogue", {},
    h("nav.card", { "aria-label": t("scenario.title") }, filter, h("ul.catalogue-list", {}, links)), sheet));
  document.title = (id ? scenarioName(id) : t("scenario.title")) + " – Lyt";

  // again: what was saved is in use; the editor stays open.
  async function load(again = false) {
    if (!id) return;
    try {
      const scenario = await get("scenarios/" + encodeURIComponent(id));
      const draft = scenario.yaml && draftOf(scenario, () => box.again(scenario.examples.find((example) => example.fires)?.text || named(scenario.name, id)), async () => {
        await loadScenarios();
        await load(true);
        box.again("");
      });
      box.setDraft(draft || null);
      sheet.replaceChildren(...[
        h("div.title", {}, severityMark(scenario.severity), h("div", {}, h("h2", {}, named(scenario.name, id)), h("p.meta", {}, h("span", {}, teamName(scenario.team)), h("code", {}, id)))),
        scenario.description && h("p.lead", {}, named(scenario.description, "")),
        limits(scenario), messages(scenario), compensation(scenario), draft?.node, examples(scenario, box.use),
      ].filter(Boolean));
      if (again && draft) draft.node.open = true;
    } catch (error) {
      sheet.replaceChildren(h("p.wrong", {}, error.message));
    }
  }

  setViewKeys([["/", "keys.search", () => filter.focus()], ["t", "keys.try", () => document.getElementById("try").focus()]]);
  return { ready: load() };
}

// A scenario's file, to be changed and tried before it counts: each change is read and judged by the
// service beside the pack in use. Nothing is saved there; the changed file is taken away by whoever
// keeps the pack.
import { h } from "./dom.js";
import { t } from "./say.js";

// Gives the editor and what a try has to carry: nothing as long as nothing is changed.
export function draftOf(scenario, changed) {
  const area = h("textarea.yaml", { id: "yaml", rows: 18, spellcheck: "false", autocapitalize: "off", autocomplete: "off", maxlength: 131072, value: scenario.yaml });
  const wrong = h("p.wrong", { role: "alert", id: "yaml-wrong" });
  area.setAttribute("aria-describedby", "yaml-wrong");
  const isChanged = () => area.value !== scenario.yaml;
  const buttons = h("div.buttons", { hidden: true },
    h("button.button.primary", { type: "button", onclick: download }, t("draft.download", { file: scenario.scenario + ".yaml" })),
    h("button.button", { type: "button", onclick: () => { area.value = scenario.yaml; edited(); } }, t("draft.reset")));
  let timer;

  function download() {
    const url = URL.createObjectURL(new Blob([area.value], { type: "application/yaml" }));
    h("a", { href: url, download: scenario.scenario + ".yaml" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  function edited() {
    buttons.hidden = !isChanged();
    clearTimeout(timer);
    timer = setTimeout(changed, 250);
  }

  area.addEventListener("input", edited);
  return {
    node: h("details.part.draft-file", {}, h("summary", {}, t("draft.title")), h("label.unseen", { for: "yaml" }, t("draft.title")), area, wrong, h("p.hint", {}, t("draft.hint")), buttons),
    carried: () => (isChanged() ? { scenario: scenario.scenario, scenario_yaml: area.value } : {}),
    // What the service says is wrong with it; goes to the line where there is one.
    complain(message) {
      wrong.textContent = message;
    },
  };
}

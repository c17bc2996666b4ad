// A scenario's file, to be changed and tried before it counts: each change is read and judged by the
// service beside the pack in use. Saved, it is checked as a whole and counts at once; what was before
// is kept, and comes back with one press.
import { get, post } from "./api.js";
import { attempt, toast } from "./dialog.js";
import { h } from "./dom.js";
import { live } from "./live.js";
import { t, timeText, tn } from "./say.js";

function finding(row) {
  const where = row.line ? t("draft.where", { file: row.file, line: row.line }) : row.file;
  return h("li" + (row.level === "error" ? ".bad" : ""), {}, h("span.soft", {}, where), " ", row.text);
}

function change(row) {
  return h("li", {}, h("time", { datetime: row.at }, timeText(row.at)), h("div", {}, h("p", {}, t("draft.by." + row.verb, { by: row.by })), row.note && h("p.note", {}, row.note)));
}

// Gives the editor and what a try has to carry: nothing as long as nothing is changed. changed() is
// called as it is typed, saved() when the service has another version in use.
export function draftOf(scenario, changed, saved) {
  const area = h("textarea.yaml", { id: "yaml", rows: 18, spellcheck: "false", autocapitalize: "off", autocomplete: "off", maxlength: 131072, value: scenario.yaml });
  const wrong = h("p.wrong", { role: "alert", id: "yaml-wrong" });
  // why it was not saved stays until something is typed; trying it meanwhile does not wipe it away
  const refused = h("p.wrong", { role: "alert", id: "yaml-refused" });
  const findings = h("ul.findings", { id: "yaml-findings", hidden: true });
  area.setAttribute("aria-describedby", "yaml-wrong");
  const isChanged = () => area.value !== scenario.yaml;
  const note = h("input", { type: "text", id: "yaml-note", maxlength: 180, autocomplete: "off" });
  const save = h("button.button.primary", { type: "button", onclick: (event) => attempt(event.currentTarget, () => send("save", { scenario_yaml: area.value, note: note.value.trim() })) }, t("draft.save"));
  const keeping = h("div.keeping", { hidden: true }, h("div.field", {}, h("label", { for: "yaml-note" }, t("draft.note")), note),
    h("div.buttons", {}, save, h("button.button", { type: "button", onclick: () => { area.value = scenario.yaml; edited(); } }, t("draft.reset")),
      h("button.button.plain", { type: "button", onclick: download }, t("draft.download", { file: scenario.scenario + ".yaml" }))));
  const past = h("div.part", { hidden: true });
  // scenarios are of the whole house: who answers for one property may try, and not save
  const maySave = !live.me?.properties?.length;
  let timer;

  function download() {
    const url = URL.createObjectURL(new Blob([area.value], { type: "application/yaml" }));
    h("a", { href: url, download: scenario.scenario + ".yaml" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  function show(rows) {
    findings.replaceChildren(...rows.map(finding));
    findings.hidden = rows.length === 0;
  }

  async function send(verb, more) {
    refused.textContent = "";
    show([]);
    save.setAttribute("aria-busy", "true");
    toast(t("draft.checking"));
    try {
      const answer = await post(`scenarios/${encodeURIComponent(scenario.scenario)}/${verb}`, { version: scenario.text_version, ...more });
      toast(t(verb === "save" ? "draft.saved" : "draft.undone"));
      await saved(answer);
    } catch (error) {
      const found = error.body.findings || [];
      refused.textContent = error.status === 412 ? t("draft.conflict") : found.length ? tn("draft.found", found.filter((row) => row.level === "error").length) : error.message;
      show(found);
      refused.scrollIntoView({ block: "nearest" });
    } finally {
      save.removeAttribute("aria-busy");
    }
  }

  function edited() {
    keeping.hidden = !isChanged() || !maySave;
    clearTimeout(timer);
    timer = setTimeout(changed, 250);
  }

  async function history() {
    const { changes } = await get(`scenarios/${encodeURIComponent(scenario.scenario)}/changes`);
    if (!changes.length) return;
    past.replaceChildren(...[h("h4", {}, t("draft.history")), h("ol.history", {}, changes.slice(0, 10).map(change)),
      scenario.is_own && maySave && h("div.buttons", {}, h("button.button", { type: "button", onclick: (event) => attempt(event.currentTarget, () => send("undo", {})) }, t("draft.undo")))].filter(Boolean));
    past.hidden = false;
  }

  area.addEventListener("input", () => {
    refused.textContent = "";
    show([]);
    edited();
  });
  history().catch(() => {}); // the editor is of use without it
  return {
    node: h("details.part.draft-file", {}, h("summary", {}, t("draft.title")), h("div.draft-body", {}, h("label.unseen", { for: "yaml" }, t("draft.title")), area, wrong, refused, findings,
      h("p.hint", {}, t(maySave ? "draft.hint" : "draft.only")), keeping, past)),
    carried: () => (isChanged() ? { scenario: scenario.scenario, scenario_yaml: area.value } : {}),
    // What the service says is wrong with it; goes to the line where there is one.
    complain(message) {
      wrong.textContent = message;
    },
  };
}

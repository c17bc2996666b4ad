// A guest's words, coloured by what they say for a scenario. Offsets from the service are bytes of
// UTF-8; a browser counts UTF-16 units. A word's weight is its share of every row that covers it.
import { h } from "./dom.js";
import { get } from "./api.js";
import { attempt, copy, openDialog } from "./dialog.js";
import { named, number, percent, t, timeText } from "./say.js";

const encoder = new TextEncoder();

// [{text, start, end}] of the words of the text, in bytes; and what stands between them.
export function cutWords(text) {
  const words = [];
  let at = 0;
  for (const piece of text.match(/\s+|[^\s]+/g) || []) {
    const end = at + encoder.encode(piece).length;
    words.push({ text: piece, start: at, end, isWord: /\S/.test(piece), weight: 0, rows: [] });
    at = end;
  }
  return words;
}

// Gives each word its rows and its weight.
export function weigh(words, evidence) {
  for (const row of evidence || []) {
    const covered = words.filter((word) => word.isWord && word.start < row.end && word.end > row.start);
    const bytes = covered.reduce((sum, word) => sum + word.end - word.start, 0);
    for (const word of covered) {
      word.weight += (row.weight * (word.end - word.start)) / bytes;
      word.rows.push(row);
    }
  }
  return words;
}

// 0 (nothing to speak of) to 4, beside the heaviest word of the message.
function level(weight, heaviest) {
  const share = Math.abs(weight) / heaviest;
  return share < 0.04 ? 0 : share < 0.2 ? 1 : share < 0.45 ? 2 : share < 0.75 ? 3 : 4;
}

// "rule:a ~2 b" into the kind's words and the rest.
function reading(feature) {
  const colon = feature.indexOf(":");
  const kind = colon < 0 ? feature : feature.slice(0, colon);
  const rest = colon < 0 ? "" : feature.slice(colon + 1);
  const known = ["rule", "stem", "part", "bigram", "pair", "concept", "polarity", "char", "spelling", "bias"];
  if (kind === "spelling") return { kind: t("feature.spelling"), rest: rest.replace(">", " → ") };
  return known.includes(kind) ? { kind: t("feature." + kind), rest } : { kind: feature, rest: "" };
}

const shownRows = 5;

// A rule's words may break at its bars, not within a word.
function breakable(text) {
  return text.split(/(?<=\|)/).flatMap((part) => [part, h("wbr")]);
}

function evidenceRow(row) {
  const said = reading(row.feature);
  return h("li", {}, h("span.kind", {}, said.kind), " ", h("span.rest", {}, breakable(said.rest || row.text)), h("span.weight", {}, number(row.weight)));
}

function detail(word) {
  const rows = [...word.rows].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const spelling = rows.find((row) => row.feature.startsWith("spelling:"));
  return [
    h("p.about", {}, h("q", {}, word.text.replace(/^[.,;:!?]+|[.,;:!?]+$/g, "")), " ",
      spelling && [t("evidence.read"), " ", h("q", {}, spelling.feature.split(">")[1]), " "],
      h("span.weight", {}, number(word.weight))),
    h("ul.rows-of-evidence", {}, rows.slice(0, shownRows).map(evidenceRow)),
    rows.length > shownRows && h("p.hint", {}, t("evidence.more", { n: rows.length - shownRows })),
  ];
}

export function asText(text, failure, name) {
  const rows = (failure?.evidence || []).map((row) => `  ${number(row.weight)}  ${row.feature}  “${row.text}”`);
  return [`“${text}”`, failure ? `${name}: ${percent(failure.probability)}` : "", ...rows].filter(Boolean).join("\n");
}

// What the scenario said when it was heard, which may not be what it says now.
async function showVersion(failure, name) {
  const said = await get(`versions/${failure.version}`);
  const last = said.used.at(-1);
  const rules = (said.rules || []).map((rule) => `${rule.language} ${rule.kind}  ${rule.pattern}`).join("\n");
  const dialog = openDialog(t("version.title", { name }), [
    h("p.hint", {}, last ? t(last.to ? "version.used" : "version.uses", { from: timeText(new Date(last.from)), to: timeText(new Date(last.to || last.from)) }) : "", " ", failure.version),
    said.yaml && h("pre.yaml", { tabindex: 0, role: "region", "aria-label": t("version.text") }, said.yaml),
    rules && h("details", {}, h("summary", {}, t("version.rules")), h("pre.yaml", { tabindex: 0, role: "region", "aria-label": t("version.rules") }, rules)),
  ].filter(Boolean));
  dialog.classList.add("wide");
}

// The quotation: <figure> with the words, and below it what the word under pointer or focus says.
// failure: {scenario, probability, evidence}; null shows the words alone.
export function quotation({ text, language, failure, name }) {
  const words = weigh(cutWords(text), failure?.evidence);
  const heaviest = Math.max(...words.map((word) => Math.abs(word.weight)), 1e-9);
  const panel = h("div.detail", { role: "status" }, h("p.hint", {}, failure ? t("evidence.hint") : t("evidence.none")));
  const buttons = [];
  const show = (word, button) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
    for (const other of buttons) other.classList.toggle("on", other === button);
    panel.replaceChildren(...detail(word).filter(Boolean));
  };
  const nodes = words.map((word) => {
    const n = word.isWord && word.rows.length ? level(word.weight, heaviest) : 0;
    if (!n) return word.text;
    const button = h("button.word." + (word.weight < 0 ? "n" : "w") + n, {
      type: "button", tabindex: buttons.length ? -1 : 0,
      onfocus: () => show(word, button), onmouseenter: () => show(word, button), onclick: () => show(word, button),
    }, word.text);
    buttons.push(button);
    return button;
  });
  const quote = h("blockquote", {
    lang: language && language !== "und" ? language : null,
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = buttons.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      buttons[(at + step + buttons.length) % buttons.length].focus();
    },
  }, nodes);
  if (!failure) return h("figure.said", {}, quote);
  return h("figure.said", {}, quote,
    h("figcaption", {}, h("span.verdict", {}, name, " ", h("span.soft", {}, percent(failure.probability))),
      failure.version && h("button.link", { type: "button", onclick: (event) => attempt(event.currentTarget, () => showVersion(failure, name)) }, t("version.show")),
      h("button.link", { type: "button", onclick: () => copy(asText(text, failure, name)) }, t("evidence.copy"))),
    panel);
}

// All that was heard in one message: one quotation with a choice of scenario where there are several.
export function message({ text, language, verdict, scenarios, only }) {
  const failures = (verdict?.failures || []).filter((failure) => failure.evidence?.length);
  const nameOf = (id) => named(scenarios.get(id)?.name, id);
  const draw = (failure) => quotation({ text, language, failure, name: failure && nameOf(failure.scenario) });
  const first = failures.find((failure) => failure.scenario === only) || failures[0] || null;
  const box = h("div", {}, draw(first));
  if (failures.length < 2) return box;
  const tabs = failures.map((failure) => h("button.chip", {
    type: "button", "aria-pressed": String(failure === first),
    onclick: (event) => {
      for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab === event.currentTarget));
      box.replaceChildren(draw(failure));
    },
  }, nameOf(failure.scenario)));
  return h("div", {}, h("div.chips", { role: "group", "aria-label": t("evidence.which") }, tabs), box);
}

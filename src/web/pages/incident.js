// One incident: what the guest said and why it was heard, what has happened, what to do next.
import { get, post } from "./api.js";
import { h } from "./dom.js";
import { go } from "./go.js";
import { otherChoice } from "./choose.js";
import { clockFace, running } from "./clocks.js";
import { message } from "./evidence.js";
import { decide, decisionOn, kept, undo } from "./labels.js";
import { live, loadIncidents, mayLead, onLive } from "./live.js";
import { doMove, mayAct, moveButtons, nextMove } from "./moves.js";
import { scenarioName, teamName } from "./board.js";
import { attempt, copy, toast } from "./dialog.js";
import { icon, severityMark } from "./shapes.js";
import { getLanguage, has, named, plain, t, timeText, tn } from "./say.js";
import { setViewKeys } from "./keys.js";

const path = ["new", "acknowledged", "in-work", "remedied", "confirmed", "closed"];

function steps(incident) {
  const at = incident.state === "reopened" ? 0 : path.indexOf(incident.state);
  if (at < 0) return h("p.state", {}, t("state." + incident.state));
  return h("ol.path", { "aria-label": t("incident.path") }, path.map((state, n) => h("li" + (n < at ? ".done" : ""), {
    "aria-current": n === at ? "step" : null,
  }, t("state." + (n === 0 && incident.state === "reopened" ? "reopened" : state)))));
}

const caseLink = (n, text) => h("a", { href: "/incident/" + n }, text);

const partsOf = (incident) => live.incidents.filter((other) => other.parent === incident.incident);

function headline(incident) {
  const parts = partsOf(incident);
  const where = [incident.place && t("incident.place", { place: incident.place }), incident.property, teamName(incident.team)];
  const clocks = running(incident);
  return h("header.incident-head", {},
    h("a.back", { href: "/" }, icon("back"), t("incident.back")),
    h("div.title", {}, severityMark(incident.severity),
      h("div", {}, h("h1", { tabindex: "-1" }, scenarioName(incident.scenario)),
        h("p.meta", {}, where.filter(Boolean).map((part) => h("span", {}, part)), h("span", {}, t("incident.number", { n: incident.incident })),
          incident.owner && incident.owner !== incident.team && h("span", {}, t("board.owner", { name: incident.owner })),
          incident.parent && h("span", {}, caseLink(incident.parent, t("board.child", { n: incident.parent })))))),
    // many places with one cause: where each of them is
    parts.length > 0 && h("p.meta", {}, h("span", {}, t("board.parent", { n: parts.length })), parts.map((part) => h("span", {}, caseLink(part.incident, part.place || t("incident.number", { n: part.incident }))))),
    h("div.clocks", {}, clocks.length ? clocks.map((clock) => clockFace(incident, clock)) : clockFace(incident)),
    steps(incident));
}

function saidBy(feedback) {
  const channel = t("channel." + (has("channel." + feedback.channel) ? feedback.channel : "other"));
  const score = feedback.score === undefined || feedback.score === null || feedback.score < 0 ? null : t("incident.score", { score: feedback.score, scale: feedback.scale || 10 });
  const more = [feedback.author && t("incident.author", { name: feedback.author }), feedback.replayed && t("incident.replayed"), feedback.partial && t("incident.partial")];
  return h("p.meta", {}, [channel, timeText(feedback.sent_at || feedback.accepted_at), score, ...more].filter(Boolean).map((part) => h("span", {}, part)));
}


function words(incident, messages) {
  return h("section.card", { "aria-labelledby": "said-title" }, h("h2", { id: "said-title" }, tn("incident.said", messages.length)),
    messages.length ? messages.map((feedback) => h("article.message", {}, feedback.restricted ? null : saidBy(feedback),
      feedback.text ? message({
        text: feedback.text, language: feedback.verdict?.language?.code || feedback.lang, verdict: feedback.verdict, scenarios: live.scenarios, only: incident.scenario,
      }) : h("p.hint", {}, t(feedback.restricted ? "incident.forSome" : "incident.noText")))) : h("p.hint", {}, t(incident.restricted ? "incident.forSome" : "incident.noMessage")));
}

const ways = new Set(["bus", "sms", "mail", "reply"]);

// A notice has the way it went as its note.
const isNotice = (entry) => ways.has(entry.note) && has("notice." + entry.what);

function what(entry) {
  const by = entry.by || "Lyt";
  if (isNotice(entry)) return entry.note === "reply" ? t("notice." + entry.what) : t("history.told", { notice: t("notice." + entry.what), by, channel: entry.note });
  return has("history." + entry.what) ? t("history." + entry.what, { by }) : `${plain(entry.what)} · ${by}`;
}

function past(history) {
  return h("section.card", { "aria-labelledby": "past-title" }, h("h2", { id: "past-title" }, t("incident.history")),
    h("ol.history", {}, [...history].reverse().map((entry) => h("li", {},
      h("time", { datetime: entry.at }, timeText(entry.at)), h("div", {}, h("p", {}, what(entry)),
        entry.note && !isNotice(entry) && h("p.note", {}, has("clock." + entry.note) ? t("clock." + entry.note) : entry.note))))));
}

// What the house stands for when it failed, and when this did.
function policy(scenario) {
  const said = [scenario?.policy, scenario?.house_policy].map((text) => text?.[getLanguage()]).filter(Boolean);
  return said.length ? h("section.card", { "aria-labelledby": "policy-title" }, h("h2", { id: "policy-title" }, t("incident.policy")),
    said.map((text) => h("p", {}, text))) : null;
}

// The scenario's own messages in the guest's language, filled in, to be changed and copied.
function reply(incident, scenario, messages) {
  const drafts = (scenario?.messages || []).filter((draft) => Object.keys(draft.text).length);
  if (!drafts.length) return null;
  const wanted = incident.language || getLanguage();
  const language = [wanted, getLanguage(), ...Object.keys(drafts[0].text)].find((code) => drafts[0].text[code]);
  const fill = (draft) => String(draft.text[language] || "").replace(/\{(room|place)\}/g, incident.place || "…");
  const area = h("textarea", { id: "reply", rows: 4, lang: language, value: fill(drafts[incident.state === "remedied" ? drafts.length - 1 : 0]), maxlength: 1000 });
  const isReachable = !messages.length || messages.some((feedback) => feedback.from);
  const pick = drafts.map((draft) => h("button.chip", { type: "button", onclick: () => { area.value = fill(draft); area.focus(); } }, messageName(draft.message)));
  return h("section.card", { "aria-labelledby": "reply-title" }, h("h2", { id: "reply-title" }, h("label", { for: "reply" }, t("incident.reply"))),
    h("div.chips", {}, pick), area, !isReachable && h("p.hint", {}, t("incident.unreachable")),
    h("div.buttons", {}, mayAct() && isReachable && h("button.button", {
      type: "button", "data-move": "reply", onclick: (event) => attempt(event.currentTarget, async () => {
        // without words of its own the service would send the scenario's first ones
        if (!area.value.trim()) {
          area.focus();
          throw new Error(t("incident.empty"));
        }
        await post(`incidents/${incident.incident}/reply`, { note: area.value });
        toast(t("did.reply"));
        await loadIncidents();
      }),
    }, t("do.reply")), h("button.button", { type: "button", onclick: () => copy(area.value) }, icon("copy"), t("incident.copy"))));
}

function messageName(id) {
  return has("message." + id) ? t("message." + id) : plain(id);
}

const priced = (amount, currency) => (amount ? ` · ${amount} ${currency}` : "");

// Why it is shown: made for this failure, or good for any; and that it was given before.
function reason(gesture, incident) {
  const given = (incident.offers || []).filter((offer) => offer.gesture === gesture.gesture && offer.state === "given").length;
  return [t(gesture.scenarios.length ? "gesture.forThis" : "gesture.forAny"), given ? tn("gesture.given", given) : ""].filter(Boolean).join(" ");
}

// What the house lets be given for this failure, what is made for it first, then what costs least.
function gestures(incident) {
  if (incident.restricted || ["closed", "void"].includes(incident.state)) return null;
  const list = live.gestures.filter((gesture) => !gesture.scenarios.length || gesture.scenarios.includes(incident.scenario))
    .sort((a, b) => b.scenarios.length - a.scenarios.length || a.cost - b.cost);
  if (!list.length) return null;
  const rows = list.slice(0, 6).map((gesture) => h("li", {},
    h("div", {}, h("p.gesture", {}, named(gesture.name, gesture.gesture), h("span.soft", {}, priced(gesture.cost, gesture.currency))),
      h("p.hint", {}, reason(gesture, incident))),
    mayAct() && h("button.button", {
      type: "button", onclick: (event) => attempt(event.currentTarget, async () => {
        // the version says that what was given before has been seen
        const answer = await post(`incidents/${incident.incident}/offer`, { gesture: gesture.gesture, version: incident.version });
        toast(t(answer.given === false ? "did.request" : "did.offer"));
        await loadIncidents();
      }),
    }, t("do.offer"))));
  return h("section.card", { "aria-labelledby": "gesture-title" }, h("h2", { id: "gesture-title" }, t("incident.gesture")), h("ul.gestures", {}, rows));
}

function offers(incident) {
  const open = (incident.offers || []).filter((offer) => offer.state === "asked");
  if (!open.length || !mayLead()) return null;
  return h("section.card", { "aria-labelledby": "offer-title" }, h("h2", { id: "offer-title" }, t("incident.approve")),
    open.map((offer) => h("p.offer", {}, named(live.gestures.find((gesture) => gesture.gesture === offer.gesture)?.name, offer.gesture), priced(offer.amount, offer.currency), " · ", offer.by, ["approve", "decline"].map((action) => h("button.button", {
      type: "button", onclick: (event) => attempt(event.currentTarget, async () => {
        await post(`incidents/${incident.incident}/${action}`, { offer: offer.offer });
        toast(t("did." + action));
        await loadIncidents();
      }),
    }, t("do." + action))))));
}

// One press says what the message really was, and the service learns from it.
function correction(incident, messages) {
  const said = messages.find((feedback) => feedback.text);
  if (!said || !mayLead()) return null;
  // what else was heard in the same words stays as it is
  const heard = (said.verdict?.failures || []).map((failure) => failure.scenario);
  const others = heard.filter((id) => id !== incident.scenario);
  const box = h("section.card.correct", { "aria-labelledby": "correct-title" });
  const draw = () => {
    const now = decisionOn(said.feedback)?.labels;
    const choose = (labels) => () => { decide(said.feedback, said.text, labels, draw); draw(); };
    const choice = (text, labels) => h("button.choice", { type: "button", "aria-pressed": String(now !== undefined && String(now) === String(labels)), onclick: choose(labels) }, h("span", {}, text));
    box.replaceChildren(...[h("h2", { id: "correct-title" }, t("correct.title")),
      h("div.choices", {}, choice(t("correct.right", { name: [incident.scenario, ...others].map(scenarioName).join(", ") }), [incident.scenario, ...others]), choice(t("unclear.nothing"), []),
        otherChoice((id) => choose([id, ...others])())),
      kept(() => undo().then(draw))].filter(Boolean));
  };
  draw();
  return box;
}

function promises(incident) {
  const open = (incident.promises || []).filter((promise) => !promise.kept_at);
  if (!open.length) return null;
  return h("section.card", { "aria-labelledby": "promise-title" }, h("h2", { id: "promise-title" }, t("incident.promised")),
    open.map((promise) => h("p.offer", {}, h("span", {}, promise.text), h("span" + (promise.late ? ".wrong" : ".soft"), {}, t("promise.by", { time: timeText(promise.due_at) })),
      mayAct() && h("button.button", {
        type: "button", onclick: (event) => attempt(event.currentTarget, async () => {
          await post(`incidents/${incident.incident}/kept`, { promise: promise.promise });
          toast(t("did.kept"));
          await loadIncidents();
        }),
      }, t("do.kept")))));
}

// A scenario's messages come only with the whole of it; each is asked for once.
const details = new Map();
async function detailsOf(scenario) {
  if (!details.has(scenario)) details.set(scenario, await get("scenarios/" + encodeURIComponent(scenario)).catch(() => null));
  return details.get(scenario);
}

export function incidentView(main, { id }) {
  const isNumber = /^[1-9]\d{0,15}$/.test(id);
  let isGone = false, seen = "";
  async function load() {
    const answer = await get("incidents/" + id);
    const scenario = answer.incident.restricted ? null : await detailsOf(answer.incident.scenario);
    return { incident: answer.incident, history: answer.history, messages: answer.feedback, scenario };
  }

  function draw(whole) {
    const { incident, history, messages } = whole;
    document.title = `${scenarioName(incident.scenario)} ${incident.place} – Lyt`;
    const held = document.activeElement?.id;
    main.replaceChildren(headline(incident), h("div.columns.case", {},
      h("div", {}, words(incident, messages), correction(incident, messages)),
      h("div.side", {},
        h("section.card.moves", { "aria-labelledby": "do-title" }, h("h2", { id: "do-title" }, t("incident.next")), h("div.buttons", {}, moveButtons(incident))),
        offers(incident), promises(incident), gestures(incident), reply(incident, whole.scenario, messages), policy(whole.scenario)),
      past(history)));
    if (held) document.getElementById(held)?.focus();
    setViewKeys([
      ["a", "keys.next", () => {
        const action = nextMove(incident);
        if (action) doMove(incident, action);
      }],
      ["n", "keys.note", () => mayAct() && doMove(incident, "note")],
      ["Escape", "keys.leave", () => { go("/"); }],
      ["u", "keys.leave", () => { go("/"); }],
    ]);
  }

  // What somebody is writing is not taken away by news.
  function drawAround(whole) {
    const written = [...main.querySelectorAll("[data-written]")].map((node) => [node.id, node.value]);
    draw(whole);
    for (const [id, value] of written) {
      const node = document.getElementById(id);
      if (!node) continue;
      node.value = value;
      node.dataset.written = "1";
    }
  }

  async function refresh() {
    try {
      const whole = await load();
      const said = JSON.stringify([whole, partsOf(whole.incident).map((part) => part.incident)]);
      if (isGone || said === seen) return;
      seen = said;
      drawAround(whole);
    } catch (error) {
      if (!isGone && !seen) main.replaceChildren(h("h1", { tabindex: "-1" }, t("incident.missing")), ...(error.status === 404 ? [] : [h("p", {}, error.message)]), h("a", { href: "/" }, t("incident.back")));
    }
  }

  if (!isNumber) main.replaceChildren(h("h1", { tabindex: "-1" }, t("incident.missing")), h("a", { href: "/" }, t("incident.back")));
  main.oninput = (event) => { event.target.dataset.written = "1"; };
  const off = onLive((happened) => {
    if (happened === "incidents" && isNumber) refresh();
  });
  // notes, offers and promises of others are no events of the bus
  const every = setInterval(() => {
    if (isNumber && document.visibilityState === "visible") refresh();
  }, 5000);
  return { ready: isNumber ? refresh() : null, leave: () => { isGone = true; main.oninput = null; clearInterval(every); off(); } };
}

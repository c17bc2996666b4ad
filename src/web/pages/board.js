// The board: what nobody has taken on comes first, the oldest of it on top. As a wall board it
// fills the screen, without controls, and rings for severity 3 and 4.
import { h, keyed } from "./dom.js";
import { go } from "./go.js";
import { severityMark, icon } from "./shapes.js";
import { clockFace, running } from "./clocks.js";
import { isHeldByGuest, isOver, isWaiting, live, onLive } from "./live.js";
import { doMove, mayAct, moveButton, nextMove } from "./moves.js";
import { named, sinceText, t, tn } from "./say.js";
import { setViewKeys } from "./keys.js";
import { mayTell, tell } from "./tell.js";
import { keepScreen, mayKeep } from "./screens.js";
import { isSoundOn, setSound, sound } from "./sound.js";

const groups = [
  { id: "waiting", holds: isWaiting },
  { id: "inhand", holds: (incident) => !isWaiting(incident) && !isHeldByGuest(incident) && !isOver(incident) },
  { id: "guest", holds: isHeldByGuest },
];

function byAge(a, b) {
  return Date.parse(a.opened_at) - Date.parse(b.opened_at) || a.incident - b.incident;
}

// The soonest limit first; those without one by age.
function byDue(a, b) {
  const due = (incident) => Date.parse(running(incident)[0]?.due_at || "9999-12-31T00:00:00Z");
  return due(a) - due(b) || byAge(a, b);
}

export const teamName = (id) => named(live.teams.get(id)?.name, id);
// what only some may see has no scenario for the others
export const scenarioName = (id) => (id === "restricted" ? t("incident.restricted") : named(live.scenarios.get(id)?.name, id));

function owner(incident) {
  if (isWaiting(incident) || !incident.owner || incident.owner === incident.team) return null;
  return h("span", {}, t("board.owner", { name: incident.owner }));
}

// Many places with one cause are one incident that has the others as its parts.
function family(incident) {
  const parts = live.incidents.filter((other) => other.parent === incident.incident).length;
  if (parts) return t("board.parent", { n: parts });
  return incident.parent && t("board.child", { n: incident.parent });
}

function fillRow(row, incident, isWall) {
  const clock = running(incident)[0];
  const action = nextMove(incident);
  const parts = [teamName(incident.team), incident.property, family(incident), incident.messages > 0 && tn("board.messages", incident.messages), t("state." + incident.state)];
  row.className = `row s${incident.severity} ${incident.state}`;
  row.replaceChildren(
    severityMark(incident.severity),
    h("div.what", {},
      h("h3", {}, h(isScreen() ? "span.open" : "a.open", isScreen() ? {} : { href: "/incident/" + incident.incident },
        incident.place && h("span.place", {}, incident.place), h("span.name", {}, scenarioName(incident.scenario)))),
      incident.text && h("p.words", { lang: incident.language }, incident.text),
      h("p.meta", {}, parts.filter(Boolean).map((part) => h("span", {}, part)), owner(incident),
        h("time", { datetime: incident.opened_at }, sinceText(Date.parse(incident.opened_at))))),
    h("div.when", {}, clockFace(incident, clock)),
    !isWall && action ? h("div.do", {}, moveButton(incident, action, isWaiting(incident))) : "");
}

// Part of the address, so that a board of one team can be kept as a bookmark or hung on a wall; and
// remembered, so that going back from an incident finds the board as it was.
const filter = { team: "", property: "" };

function readFilter() {
  const given = new URLSearchParams(location.search);
  for (const name of Object.keys(filter)) if (given.has(name)) filter[name] = given.get(name);
}

function addressOf(isWall) {
  const given = Object.entries(filter).filter(([, value]) => value);
  return "/" + (isWall ? "?wall" + given.map((pair) => "&" + new URLSearchParams([pair])).join("") : given.length ? "?" + new URLSearchParams(given) : "");
}

function choice(name, values, nameOf, changed) {
  const known = [...new Set(values)].sort();
  if (filter[name] && !known.includes(filter[name])) known.push(filter[name]);
  return h("label.filter", {}, h("span", {}, t("board." + name)),
    h("select", { name, onchange: (event) => { filter[name] = event.target.value; history.replaceState(null, "", addressOf(false)); changed(); } },
      h("option", { value: "" }, t("board.all")),
      known.map((value) => h("option", { value, selected: value === filter[name] }, nameOf(value)))));
}

function soundButton() {
  const button = h("button.button.plain", {
    type: "button",
    onclick: () => {
      setSound(!isSoundOn());
      draw();
      if (isSoundOn()) sound(3);
    },
  });
  const draw = () => {
    button.replaceChildren(icon(isSoundOn() ? "sound" : "silent"), t(isSoundOn() ? "wall.soundOff" : "wall.soundOn"));
    button.setAttribute("aria-pressed", String(isSoundOn()));
  };
  draw();
  return button;
}

function wallHead(now) {
  return h("div.wall-head", {}, h("p.wall-time", {}, now), h("p.line", {}), soundButton(),
    mayKeep() && h("button.button.plain", { type: "button", onclick: keepScreen }, icon("wall"), t("wall.keep")),
    isScreen() ? h("button.button.plain", { type: "button", onclick: () => location.assign("/login") }, t("wall.login")) : h("a.button.plain", { href: "/" }, t("wall.leave")));
}

// A board that hangs on a wall for good: it shows what there is, and opens nothing.
const isScreen = () => live.me?.role === "wall-board";

// Arrows and j, k go from row to row.
function moveFocus(main, step) {
  const links = [...main.querySelectorAll(".row .open")];
  const at = links.findIndex((link) => link.closest(".row").contains(document.activeElement));
  const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
  links[to]?.focus();
}

function focused(main) {
  const row = document.activeElement?.closest?.(".row") || main.querySelector(".row");
  return row && live.incidents.find((incident) => String(incident.incident) === row.dataset.key);
}

export function boardView(main, { isWall }) {
  const filters = h("div.filters", { role: "group", "aria-label": t("board.filters") });
  const nothing = h("p.nothing", {});
  const sections = groups.map((group) => {
    const count = h("span.count", {});
    const list = h("ul.board", {});
    return { ...group, count, list, node: h("section", { "aria-label": t("board." + group.id) }, h("h2", {}, t("board." + group.id), " ", count), list) };
  });
  const title = h("h1", { tabindex: "-1" }, t("board.title"));
  const time = () => new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit" }).format(new Date());
  const write = mayTell() && h("button.button", { type: "button", onclick: tell }, icon("tell"), t("tell.title"));
  const head = isWall ? wallHead(time()) : h("div.head", {}, title, write, filters);
  main.append(...(isWall ? [title, head] : [head]), nothing, ...sections.map((section) => section.node));
  document.body.classList.toggle("wall", isWall);
  readFilter();

  function draw() {
    const all = live.incidents.filter((incident) => !isOver(incident));
    const shown = all.filter((incident) => (!filter.team || incident.team === filter.team) && (!filter.property || incident.property === filter.property));
    if (!isWall && !filters.contains(document.activeElement)) {
      filters.replaceChildren(choice("team", all.map((incident) => incident.team), teamName, draw),
        choice("property", all.map((incident) => incident.property), (id) => id, draw));
    }
    for (const section of sections) {
      const items = shown.filter(section.holds).sort(section.id === "waiting" ? byAge : byDue);
      section.node.hidden = items.length === 0;
      section.count.textContent = items.length;
      keyed(section.list, items, (incident) => incident.incident, () => h("li"), (row, incident) => {
        // a row is only made anew when it says something else: what has the focus keeps it
        const said = JSON.stringify([incident, family(incident), live.me?.role, sinceText(Date.parse(incident.opened_at))]);
        if (row.dataset.said === said) return;
        const held = row.contains(document.activeElement) ? (document.activeElement.matches(".open") ? ".open" : ".do button") : null;
        row.dataset.said = said;
        fillRow(row, incident, isWall);
        if (held) (row.querySelector(held) || row.querySelector(".open")).focus();
      });
    }
    nothing.hidden = shown.length > 0 || !live.isLoaded;
    nothing.textContent = t(all.length ? "board.filtered" : "board.calm");
    const n = shown.filter(isWaiting).length;
    document.title = (n ? `(${n}) ` : "") + t("board.title") + " – Lyt";
  }

  draw();
  const every = setInterval(() => {
    draw();
    if (isWall) head.querySelector(".wall-time").textContent = time();
  }, 15000);
  const off = onLive((what) => {
    if (what === "incidents") draw();
  });
  setViewKeys(isWall ? (isScreen() ? [] : [["Escape", "keys.leave", () => { go("/"); }]]) : [
    ["j", "keys.down", () => moveFocus(main, 1)], ["ArrowDown", "keys.down", () => moveFocus(main, 1)],
    ["k", "keys.up", () => moveFocus(main, -1)], ["ArrowUp", "keys.up", () => moveFocus(main, -1)],
    ["a", "keys.ack", () => {
      const incident = focused(main);
      if (incident && isWaiting(incident) && mayAct()) doMove(incident, "ack");
    }],
    ["o", "keys.open", () => {
      const incident = focused(main);
      if (incident) go("/incident/" + incident.incident);
    }],
    ["n", "keys.tell", () => { if (mayTell()) tell(); }],
    ["f", "keys.filter", () => filters.querySelector("select")?.focus()],
    ["w", "keys.wall", () => { go(addressOf(true)); }],
  ]);
  return { leave: () => { clearInterval(every); off(); document.body.classList.remove("wall"); } };
}

// What the service says now: who we are, the scenarios, the incidents; kept fresh by its events.
// Views listen with onLive(); several events in a row make one request.
import { get, listen, query } from "./api.js";

export const live = {
  me: null, scenarios: new Map(), teams: new Map(), people: [], gestures: [], incidents: [], unclear: 0, isLive: false, since: Date.now(), isLoaded: false,
};

const listeners = new Set();
const day = 24 * 3600e3, unclearEvery = 60e3;
let stop = null, timer = 0, unclearTimer = 0, isAsking = false, isStale = false;

// Called with what happened: "incidents", "unclear", "line", or an event of the bus. Gives how to stop.
export function onLive(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(what, event) {
  for (const listener of listeners) listener(what, event);
}

// Page by page, the newest first: on a bad day the oldest are what matters.
async function allOpen() {
  const all = [];
  for (let more = true; more; ) {
    const answer = await get("incidents" + query({ before: all.length ? all[all.length - 1].incident : "" }));
    all.push(...answer.incidents);
    more = answer.more && answer.incidents.length > 0;
  }
  return all;
}

export async function loadIncidents() {
  if (isAsking) {
    isStale = true;
    return;
  }
  isAsking = true;
  try {
    live.incidents = await allOpen();
    live.isLoaded = true;
    tell("incidents");
  } catch {
    // the line says so itself, and the next event or the next connection asks again
  } finally {
    isAsking = false;
    if (isStale) {
      isStale = false;
      soon();
    }
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(loadIncidents, 80);
}

export async function loadScenarios() {
  const answer = await get("scenarios");
  live.scenarios = new Map(answer.scenarios.map((scenario) => [scenario.scenario, scenario]));
  live.gestures = answer.gestures || [];
  live.people = answer.people || [];
  live.teams = new Map((answer.teams || []).map((team) => [team.team, team]));
}

// What only they may: decide on a message, approve, hang up a wall board.
export const mayLead = () => ["manager", "admin"].includes(live.me?.role);

// How many messages of the last day wait for somebody to read them. Older ones are in the queue, too, but no reason to look
// there now. Nothing tells that one has come in, so it is asked once a minute, by a page that somebody can see.
async function loadUnclear() {
  if (!mayLead() || document.hidden) return;
  try {
    live.unclear = (await get("unclear" + query({ limit: 0, since: new Date(Date.now() - day).toISOString() }))).waiting;
    tell("unclear");
  } catch {
    // asked again soon enough
  }
}

function unclearSoon() {
  clearTimeout(unclearTimer);
  unclearTimer = setTimeout(loadUnclear, 300);
}

setInterval(loadUnclear, unclearEvery);
document.addEventListener("visibilitychange", loadUnclear);

export async function start(me) {
  live.me = me;
  await loadScenarios().catch(() => {});
  stop = listen((event) => {
    if (event.type === "alarm" || event.type === "incident") soon();
    if (event.type === "correction") unclearSoon();
    tell("event", event);
  }, (isLive) => {
    if (isLive !== live.isLive) live.since = Date.now();
    live.isLive = isLive;
    if (isLive) {
      soon();
      unclearSoon();
    }
    tell("line");
  });
  await loadIncidents();
}

export function end() {
  if (stop) stop();
  stop = null;
  live.me = null;
  live.incidents = [];
  live.unclear = 0;
  live.isLoaded = false;
}

const waiting = new Set(["new", "reopened"]);
const over = new Set(["closed", "void"]);

export const isWaiting = (incident) => waiting.has(incident.state);
export const isOver = (incident) => over.has(incident.state);
export const isHeldByGuest = (incident) => incident.state === "remedied" || incident.state === "confirmed";

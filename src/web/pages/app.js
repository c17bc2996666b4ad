// The staff's pages: who is here, which view the address names, and what is the same on all of them.
import { call, get, post, setCsrf } from "./api.js";
import { boardView, scenarioName } from "./board.js";
import { tick } from "./clocks.js";
import { attempt, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { go, onGo } from "./go.js";
import { incidentView } from "./incident.js";
import { setKeys, setViewKeys, showKeys } from "./keys.js";
import { end, isWaiting, live, mayLead, onLive, start } from "./live.js";
import { screenList } from "./screens.js";
import { scenariosView } from "./scenarios.js";
import { searchView } from "./search.js";
import { icon } from "./shapes.js";
import { getLanguage, languages, setLanguage, sinceText, t } from "./say.js";
import { ring } from "./sound.js";
import { unclearView } from "./unclear.js";

const main = document.getElementById("main");
const top = document.getElementById("top");
let view = null;

const may = (...roles) => roles.includes(live.me?.role);
const places = [
  { id: "board", href: "/", icon: "board", key: "g b", may: () => true, waiting: () => live.incidents.filter(isWaiting).length, said: "nav.waiting" },
  { id: "unclear", href: "/unclear", icon: "unclear", key: "g u", may: mayLead, waiting: () => live.unclear, said: "nav.unread" },
  { id: "scenarios", href: "/scenarios", icon: "scenarios", key: "g s", may: () => !may("wall-board") },
  { id: "search", href: "/search", icon: "search", key: "g f", may: () => !may("wall-board") },
];

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch { /* for this page only, then */ }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/* ---- what is on every page ---- */

function settings() {
  const group = (legend, name, rows, chosen, act) => h("fieldset.switch", {}, h("legend", {}, legend), rows.map(([value, text]) =>
    h("label", {}, h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => act(value) }), h("span", {}, text))));
  const dialog = openDialog(t("settings.title"), [
    live.me.person && h("p.meta", {}, h("span", {}, live.me.person), h("span", {}, t("role." + live.me.role))),
    group(t("settings.language"), "language", languages.map((code) => [code, { da: "Dansk", en: "English" }[code]]), getLanguage(), (code) => {
      keep("lyt-language", code);
      dialog.close();
      setLanguage(code);
      frame();
      show();
    }),
    group(t("settings.theme"), "theme", ["device", "light", "dark"].map((value) => [value, t("theme." + value)]), kept("lyt-theme") || "device", (value) => {
      if (value === "device") localStorage.removeItem("lyt-theme");
      else keep("lyt-theme", value);
      dispatchEvent(new Event("lyt-theme"));
    }),
    screenList(),
  ], h("div.buttons", {}, h("button.button", { type: "button", onclick: () => { dialog.close(); showKeys(); } }, t("keys.title")),
    live.me.csrf && h("button.button", { type: "button", onclick: (event) => attempt(event.currentTarget, leave) }, t("login.out")),
    h("button.button.primary", { type: "button", onclick: () => dialog.close() }, t("dialog.close"))));
  return dialog;
}

async function leave() {
  await call("DELETE", "session");
  location.reload();
}

function line() {
  const text = live.isLive ? t("line.live") : t("line.lost", { since: sinceText(live.since) });
  for (const node of document.querySelectorAll(".line")) {
    if (node.textContent === text) continue;
    node.textContent = text;
    node.classList.toggle("lost", !live.isLive);
  }
}

function frame() {
  document.getElementById("skip").textContent = t("skip");
  top.hidden = !live.me;
  if (!live.me) return;
  top.replaceChildren(
    h("a.brand", { href: "/" }, "lyt"),
    h("nav", { "aria-label": t("nav.label") }, places.filter((place) => place.may()).map((place) =>
      h("a", { href: place.href, "data-place": place.id }, icon(place.icon), h("span", {}, t("nav." + place.id)), place.waiting && h("span.badge", { hidden: true })))),
    h("p.line", { role: "status" }),
    h("a.button.plain.only-wide", { href: "/?wall", "aria-label": t("nav.wall"), title: t("nav.wall") }, icon("wall")),
    h("button.button.plain", { type: "button", "aria-label": t("settings.title"), title: t("settings.title"), onclick: settings, id: "settings" }, icon("more")));
  line();
  badges();
}

// How much waits in each place. Of hundreds it is enough to know that they are many.
function badges() {
  for (const place of places) {
    const node = top.querySelector(`[data-place="${place.id}"] .badge`);
    if (!node) continue;
    const n = place.waiting(), text = n > 99 ? "99+" : String(n);
    node.hidden = n === 0;
    node.replaceChildren(h("span", { "aria-hidden": "true" }, text), h("span.unseen", {}, t(place.said, { n: text })));
  }
}

/* ---- the address ---- */

function route() {
  const [place, id] = location.pathname.slice(1).split("/").map(decodeURIComponent);
  const params = new URLSearchParams(location.search);
  // a screen on a wall is the board, whatever the address says
  if (may("wall-board")) return { place: "wall", make: () => boardView(main, { isWall: true }) };
  switch (place) {
  case "":
  case "login":
    return { place: params.has("wall") ? "wall" : "board", make: () => boardView(main, { isWall: params.has("wall") }) };
  case "incident": return { place: "board", make: () => incidentView(main, { id: id || "" }) };
  case "unclear": return { place: "unclear", make: () => unclearView(main) };
  case "scenarios": return { place: "scenarios", make: () => scenariosView(main, { id: params.get("id") }) };
  case "search": return { place: "search", make: () => searchView(main, { params }) };
  default: return { place: "", make: () => {
    main.append(h("h1", { tabindex: "-1" }, t("missing.title")), h("p", {}, h("a", { href: "/" }, t("incident.back"))));
    return {};
  } };
  }
}

// The new view's heading takes the focus, so that a screen reader says where one is.
async function show(isMove = false) {
  if (!live.me) return;
  view?.leave?.();
  setViewKeys([]);
  main.replaceChildren();
  const to = route();
  main.className = "view-" + (to.place || "missing");
  for (const link of top.querySelectorAll("nav a")) {
    if (link.dataset.place === to.place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const mine = view = to.make();
  line();
  await mine.ready;
  if (mine !== view || !isMove) return;
  scrollTo(0, 0);
  if (mine.focus) mine.focus();
  else main.querySelector("h1")?.focus({ preventScroll: true });
}

/* ---- coming in ---- */

function login() {
  end();
  frame();
  document.body.classList.remove("wall");
  view?.leave?.();
  view = null;
  const wrong = h("p.wrong", { role: "alert" });
  const token = h("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
  const button = h("button.button.primary", {}, t("login.in"));
  main.className = "view-login";
  main.replaceChildren(h("form.card.login", {
    onsubmit: async (event) => {
      event.preventDefault();
      wrong.textContent = "";
      button.disabled = true;
      try {
        await enter(await post("session", { token: token.value.trim() }));
      } catch (error) {
        wrong.textContent = error.status === 401 || error.status === 403 ? t("login.wrong") : error.message;
        button.disabled = false;
        token.select();
      }
    },
  }, h("p.brand.large", { "aria-hidden": "true" }, "lyt"), h("h1", { tabindex: "-1" }, t("login.title")), h("div.field", {}, h("label", { for: "token" }, t("login.token")), token,
    h("p.hint", {}, t("login.hint"))), wrong, button));
  document.title = t("login.title") + " – Lyt";
  token.focus();
}

async function enter(me) {
  setCsrf(me.csrf);
  if (location.pathname === "/login") history.replaceState(null, "", "/");
  if (me.language && !kept("lyt-language")) setLanguage(me.language);
  await start(me);
  frame();
  await show(true);
}

function say(event) {
  if (event.type !== "alarm" || event.outcome !== "opened") return;
  document.getElementById("aloud").textContent = t("aloud.opened", { severity: event.severity, name: scenarioName(event.scenario), place: event.place || event.property });
  if (document.body.classList.contains("wall")) ring(event.severity);
}

setLanguage(kept("lyt-language") || ((navigator.language || "").toLowerCase().startsWith("da") ? "da" : "en"));
setKeys([...places.map((place) => [place.key, "keys." + place.id, () => { if (place.may()) go(place.href); }]), ["?", "keys.title", showKeys]]);
onGo(show);
addEventListener("lyt-signed-out", () => { if (live.me) login(); });
onLive((what, event) => {
  if (what === "incidents" || what === "unclear") badges();
  if (what === "line") line();
  if (what === "event") say(event);
});
setInterval(() => { tick(); line(); }, 1000);

// A stranger's browser complains of each answer that it may not have: who brings nothing to be known by is not asked for.
// A person logs in on a screen that stays logged in by itself.
if (document.documentElement.dataset.visitor === "stranger") login();
else get("me").then((me) => (me.role === "wall-board" && location.pathname === "/login" ? login() : enter(me)), (error) => {
  if (error.status === 401 || error.status === 403) login();
  else main.replaceChildren(h("p.nothing", {}, error.message));
});

// Everything guests have said: a box to search in, newest first, with the words coloured.
import { get, query } from "./api.js";
import { h } from "./dom.js";
import { live } from "./live.js";
import { message } from "./evidence.js";
import { scenarioName } from "./board.js";
import { t, timeText, tn } from "./say.js";
import { setViewKeys } from "./keys.js";

function row(feedback) {
  const verdict = typeof feedback.verdict === "string" ? JSON.parse(feedback.verdict) : feedback.verdict;
  const failures = verdict?.failures || [];
  const details = h("details.hit", {},
    h("summary", {}, h("span.words", { lang: feedback.language || verdict?.language?.code }, feedback.text || t("incident.noText")),
      h("span.meta", {}, [timeText(feedback.sent_at || feedback.accepted_at), feedback.property, feedback.place, ...failures.map((failure) => scenarioName(failure.scenario))]
        .filter(Boolean).map((part) => h("span", {}, part)))));
  let isOpen = false;
  details.addEventListener("toggle", async () => {
    if (isOpen || !details.open) return;
    isOpen = true;
    const got = await get("feedback/" + (feedback.feedback || feedback.number || feedback.id)).catch(() => ({ feedback }));
    const whole = got.feedback && typeof got.feedback === "object" ? got.feedback : got;
    const heard = typeof whole.verdict === "string" ? JSON.parse(whole.verdict) : whole.verdict;
    details.append(h("div.hit-body", {}, message({ text: whole.text || feedback.text, language: whole.language, verdict: heard, scenarios: live.scenarios }),
      (whole.incidents || []).map((n) => h("p", {}, h("a", { href: "/incident/" + (n.incident || n) }, t("incident.number", { n: n.incident || n }))))));
  });
  return h("li", {}, details);
}

export function searchView(main, { params }) {
  const box = h("input", { type: "search", id: "q", name: "q", value: params.get("q") || "", autocomplete: "off", maxlength: 200 });
  const count = h("p.hint", { role: "status" });
  const list = h("ul.hits", {});
  const more = h("button.button", { type: "button", hidden: true }, t("search.more"));
  let asked = 0, after = null;

  async function find(isMore) {
    const mine = ++asked;
    const q = box.value.trim();
    history.replaceState(null, "", "/search" + query({ q }));
    try {
      const answer = await get("feedback" + query({ query: q, limit: 50, before: isMore ? after : undefined }));
      if (mine !== asked) return;
      const rows = answer.feedback || answer.messages || answer.items || [];
      after = answer.next || answer.before || null;
      if (!isMore) list.replaceChildren();
      list.append(...rows.map(row));
      more.hidden = !after || rows.length === 0;
      count.textContent = tn("search.found", list.children.length, {});
    } catch (error) {
      if (mine === asked) count.textContent = error.message;
    }
  }

  let timer;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, 200);
  });
  more.addEventListener("click", () => find(true));
  main.append(h("h1", { tabindex: "-1" }, t("search.title")),
    h("form.find", { role: "search", onsubmit: (event) => { event.preventDefault(); find(); } }, h("label.unseen", { for: "q" }, t("search.label")), box),
    count, list, more);
  document.title = t("search.title") + " – Lyt";
  setViewKeys([["/", "keys.search", () => box.focus()]]);
  return { ready: find(), focus: () => box.focus(), leave: () => clearTimeout(timer) };
}

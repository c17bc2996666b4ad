// Everything guests have said: a box to search in, newest first, with the words coloured.
import { get, query } from "./api.js";
import { h } from "./dom.js";
import { live } from "./live.js";
import { message } from "./evidence.js";
import { scenarioName } from "./board.js";
import { t, timeText, tn } from "./say.js";
import { setViewKeys } from "./keys.js";

const page = 50;

function row(feedback) {
  const verdict = feedback.verdict;
  const failures = verdict?.failures || [];
  const details = h("details.hit", {},
    h("summary", {}, h("span.words", { lang: verdict?.language?.code || feedback.lang }, feedback.text || t("incident.noText")),
      h("span.meta", {}, [timeText(feedback.sent_at || feedback.accepted_at), feedback.property, feedback.place, ...failures.map((failure) => scenarioName(failure.scenario))]
        .filter(Boolean).map((part) => h("span", {}, part)))));
  let isOpen = false;
  details.addEventListener("toggle", async () => {
    if (isOpen || !details.open) return;
    isOpen = true;
    const { incidents } = await get("feedback/" + feedback.feedback).catch(() => ({ incidents: [] }));
    details.append(h("div.hit-body", {}, message({ text: feedback.text, language: verdict?.language?.code, verdict, scenarios: live.scenarios }),
      incidents.map((n) => h("p", {}, h("a", { href: "/incident/" + n }, t("incident.number", { n }))))));
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
      const answer = await get("feedback" + query({ query: q, limit: page, before: isMore ? after : undefined }));
      if (mine !== asked) return;
      const rows = answer.feedback;
      after = rows.length === page ? rows[rows.length - 1].feedback : null;
      if (!isMore) list.replaceChildren();
      list.append(...rows.map(row));
      more.hidden = !after;
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

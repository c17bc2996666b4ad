// A scenario by the beginning of its name: typed, shown, taken with Enter.
import { h } from "./dom.js";
import { live } from "./live.js";
import { scenarioName } from "./board.js";
import { t } from "./say.js";

// The scenario whose name begins so, or has it within; nothing for nothing.
function bestOf(typed) {
  const wanted = typed.trim().toLowerCase();
  const names = [...live.scenarios.keys()].map((id) => [id, scenarioName(id).toLowerCase()]).sort((a, b) => a[1].length - b[1].length);
  return wanted && (names.find(([id, name]) => name.startsWith(wanted) || id === wanted) || names.find(([, name]) => name.includes(wanted)))?.[0];
}

// chosen(id) is called on Enter; key is the shortcut shown beside it, if there is one.
export function otherChoice(chosen, key) {
  const match = h("span.soft", { role: "status" });
  const input = h("input", {
    type: "text", id: "other", autocomplete: "off", placeholder: t("unclear.other"),
    oninput: () => { match.textContent = bestOf(input.value) ? "↵ " + scenarioName(bestOf(input.value)) : ""; },
    onkeydown: (event) => {
      if (event.key === "Escape") input.blur();
      if (event.key !== "Enter" || !bestOf(input.value)) return;
      event.preventDefault();
      chosen(bestOf(input.value));
    },
  });
  return h("label.choice.other", { for: "other" }, key && h("kbd", { "aria-hidden": "true" }, key), h("span.unseen", {}, t("unclear.other")), input, match);
}

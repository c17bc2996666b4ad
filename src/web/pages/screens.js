// Screens on a wall that stay logged in: made one on the screen itself by whoever leads the house, and
// taken away from anywhere.
import { call, get, post } from "./api.js";
import { ask, attempt, toast } from "./dialog.js";
import { h } from "./dom.js";
import { live, mayLead } from "./live.js";
import { getLanguage, t } from "./say.js";

// without tokens nobody logs in, and there is nothing to keep
export const mayKeep = () => mayLead() && Boolean(live.me?.csrf);

export function keepScreen() {
  ask(t("wall.keep"), [{ name: "name", label: t("wall.name"), hint: t("wall.nameHint"), required: true }], t("wall.keep"), async ({ name }) => {
    await post("devices", { name: name.toLowerCase(), language: getLanguage() });
    location.reload();
  }, t("wall.keepHint"));
}

// The screens there are, each with a button that ends it; empty when there are none.
export function screenList() {
  const list = h("ul.screens", {});
  const part = h("section.part", { hidden: true }, h("h3", {}, t("wall.list")), list);

  async function show() {
    const { devices } = await get("devices");
    list.replaceChildren(...devices.map((device) => h("li", {}, h("span", {}, device.name), h("span.soft", {}, device.properties.join(", ")),
      h("button.button", { type: "button", "aria-label": t("wall.remove", { name: device.name }), onclick: (event) => attempt(event.currentTarget, async () => {
        await call("DELETE", "devices/" + encodeURIComponent(device.device));
        toast(t("wall.removed"));
        await show();
      }) }, t("wall.remove", { name: device.name })))));
    part.hidden = devices.length === 0;
  }

  if (mayKeep()) show().catch(() => {}); // the rest of the settings is of use without it
  return part;
}

// The guest's language: chosen by the link, the device or the guest, one of the table's five.
import { words } from "./guest-words.js";

export const languages = Object.keys(words.name);

// The language asked for, or the first of the device's that the table has, else Danish.
export function pick(asked, device) {
  for (const tag of [asked, ...device]) {
    const code = (tag || "").toLowerCase().split(/[-_]/)[0];
    const known = code === "no" || code === "nn" ? "nb" : code;
    if (languages.includes(known)) return known;
  }
  return "da";
}

export function say(key, language, values = {}, table = words) {
  return table[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// One button a language, in its own name; chosen(language) is called on a press.
export function fillTongues(nav, language, chosen) {
  nav.setAttribute("aria-label", say("tongues", language));
  nav.replaceChildren(...languages.map((code) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = code;
    button.textContent = say("name", code);
    button.setAttribute("aria-pressed", String(code === language));
    button.addEventListener("click", () => {
      chosen(code);
      nav.children[languages.indexOf(code)].focus();
    });
    return button;
  }));
}

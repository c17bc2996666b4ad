// Dialogs and short notices. The browser's own <dialog> keeps the focus in and gives it back.
import { h } from "./dom.js";
import { t } from "./say.js";

export function openDialog(title, content, buttons) {
  const close = h("button.button", { type: "button", onclick: () => dialog.close() }, t("dialog.close"));
  const dialog = h("dialog.dialog", { "aria-labelledby": "dialog-title" },
    h("h2", { id: "dialog-title" }, title), content, buttons === undefined ? h("div.buttons", {}, close) : buttons);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.scrollTop = 0; // what gets the focus may stand far below the heading
  return dialog;
}

function control(field) {
  const common = { id: "ask-" + field.name, name: field.name, required: field.required, "aria-describedby": field.hint && "hint-" + field.name };
  if (field.options) {
    return h("select", { ...common, value: undefined }, field.options.map(([value, text]) => h("option", { value, selected: value === field.value }, text)));
  }
  if (field.rows) return h("textarea", { ...common, rows: field.rows, maxlength: field.max || 500, value: field.value || "" });
  return h("input", { ...common, type: field.type || "text", min: field.min, max: field.max, maxlength: field.type ? undefined : 64, value: field.value ?? "" });
}

// Asks for the fields [{name, label, hint, rows, options, type, required, value}]; act(values) does
// it. The dialog stays open with the reason when act fails, so that nothing typed is lost.
export function ask(title, fields, verb, act, lead) {
  const wrong = h("p.wrong", { role: "alert" });
  const submit = h("button.button.primary", {}, verb);
  const form = h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      wrong.textContent = "";
      try {
        await act(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()])));
        dialog.close();
      } catch (error) {
        wrong.textContent = error.message;
      }
      submit.disabled = false;
    },
  }, fields.map((field) => h("div.field", {}, h("label", { for: "ask-" + field.name }, field.label), control(field),
    field.hint && h("p.hint", { id: "hint-" + field.name }, field.hint))),
  wrong, h("div.buttons", {}, submit, h("button.button", { type: "button", onclick: () => dialog.close() }, t("dialog.cancel"))));
  const dialog = openDialog(title, lead ? [h("p.lead", {}, lead), form] : form, null);
  form.querySelector("input, textarea, select")?.focus();
  return dialog;
}

// A line at the lower edge that goes by itself; a mistake stays longer.
export function toast(text, isWrong = false) {
  const line = h(isWrong ? "p.toast.bad" : "p.toast", {}, text);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), isWrong ? 8000 : 4000);
}

// Runs what a button starts: once at a time, and says what went wrong.
export async function attempt(button, act) {
  if (button?.disabled) return undefined;
  if (button) button.disabled = true;
  try {
    return await act();
  } catch (error) {
    toast(error.message, true);
    return undefined;
  } finally {
    if (button) button.disabled = false;
  }
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // without a secure context there is no clipboard interface
    const area = h("textarea.unseen", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(t("copied"));
}

// The service as the pages see it: JSON in and out, the session's cookie and its CSRF word, and
// events as they happen. What goes wrong is one ApiError that carries the service's own words.
import { getLanguage, t } from "./say.js";

let csrf = "";

export function setCsrf(word) {
  csrf = word || "";
}

export class ApiError extends Error {
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body || {};
  }
}

// The service's words as a person reads them: the field is known from where it stands.
function sentence(text, field) {
  const words = field && text.startsWith(field + ": ") ? text.slice(field.length + 2) : text;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export async function call(method, path, body) {
  const headers = { Accept: "application/json", "Accept-Language": getLanguage() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response;
  try {
    response = await fetch("/api/v1/" + path, {
      method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, t("error.offline"));
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401) dispatchEvent(new Event("lyt-signed-out"));
  const said = answer.error?.message || answer.error || answer.message || answer.detail;
  throw new ApiError(response.status, typeof said === "string" ? sentence(said, answer.error?.field) : t("error.status", { status: response.status }), answer);
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);

// "a=1&b=2" of what is there.
export function query(values) {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== "" && value !== undefined && value !== null) out.set(name, value);
  const text = out.toString();
  return text ? "?" + text : "";
}

const kinds = ["message", "alarm", "incident", "notice", "correction", "heartbeat", "health"];

// Calls happened(event) for each event and changed(true or false) as the line comes and goes.
// The browser asks again from the last event it had; when it gives up for good, we start anew.
export function listen(happened, changed) {
  let source, timer = 0, isOver = false;
  function open() {
    source = new EventSource("/api/v1/events");
    source.onopen = () => changed(true);
    source.onerror = () => {
      changed(false);
      if (source.readyState !== EventSource.CLOSED || isOver) return;
      // it does not say why: a session that is over is told by any other request
      get("me").then(() => 0, () => 0).then(() => {
        if (!isOver) timer = setTimeout(open, 2000);
      });
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => {
        let data = {};
        try {
          data = JSON.parse(event.data);
        } catch {
          return; // not for us
        }
        happened(data);
      });
    }
  }
  open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    source.close();
  };
}

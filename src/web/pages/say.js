// Danish or English: words, times and names as the reader has them.
import { words } from "./words.js";

let language = "da";
const listeners = [];

export const languages = ["da", "en"];

export function getLanguage() {
  return language;
}

export function setLanguage(code) {
  language = languages.includes(code) ? code : "en";
  document.documentElement.lang = language;
  for (const listener of listeners) listener(language);
}

export function onLanguage(listener) {
  listeners.push(listener);
}

// The row's words, "{name}" filled in. A key that is not in the table is our own mistake: it throws.
export function t(key, values = {}) {
  const row = words[key];
  if (!row) throw new Error("no words for " + key);
  return row[language].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// For names that come from elsewhere, which the table may not have.
export function has(key) {
  return key in words;
}

// Key ".one" or ".many" by n.
export function tn(key, n, values = {}) {
  return t(key + (n === 1 ? ".one" : ".many"), { n, ...values });
}

// Of a name in several languages ({en, da} or a plain one) the reader's.
export function named(name, otherwise) {
  if (typeof name === "string" && name) return name;
  return name?.[language] || name?.en || Object.values(name || {})[0] || plain(otherwise);
}

// "room-too-cold" for want of a name: "Room too cold".
export function plain(id) {
  const text = String(id || "").replace(/-/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const two = (n) => String(n).padStart(2, "0");

// Seconds as a clock: "4:05", "1:04:05".
export function clockText(seconds) {
  const s = Math.floor(Math.abs(seconds));
  const hours = Math.floor(s / 3600);
  if (hours >= 48) return t("time.days", { n: Math.floor(hours / 24) });
  const rest = two(s % 60);
  return hours ? `${hours}:${two(Math.floor(s / 60) % 60)}:${rest}` : `${Math.floor(s / 60)}:${rest}`;
}

export function sinceText(date, now = Date.now()) {
  const s = Math.max(0, Math.floor((now - date) / 1000));
  if (s < 60) return t("time.now");
  if (s < 3600) return t("time.minutes", { n: Math.floor(s / 60) });
  if (s < 172800) return t("time.hours", { n: Math.floor(s / 3600) });
  return t("time.daysAgo", { n: Math.floor(s / 86400) });
}

// "21.30" and "Wednesday 21.30" in the reader's way.
export function timeText(date) {
  const value = new Date(date);
  if (Number.isNaN(value.getTime())) return "";
  const isToday = value.toDateString() === new Date().toDateString();
  const style = isToday ? {} : { weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(language === "da" ? "da-DK" : "en-GB", { ...style, hour: "2-digit", minute: "2-digit" }).format(value);
}

export function percent(probability) {
  const value = probability * 100;
  return (value > 99.4 && value < 100 ? ">99" : String(Math.round(value))) + " %";
}

export function number(value, digits = 2) {
  return new Intl.NumberFormat(language === "da" ? "da-DK" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" }).format(value);
}

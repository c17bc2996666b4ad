// Severity and icons as drawings. Each severity has a shape of its own and its number in it, so
// that it reads without colour: ring, disc, square, triangle, octagon.
import { svg } from "./dom.js";
import { t } from "./say.js";

const outlines = [
  () => svg("circle", { cx: 16, cy: 16, r: 12, class: "hollow" }),
  () => svg("circle", { cx: 16, cy: 16, r: 13 }),
  () => svg("rect", { x: 3.5, y: 3.5, width: 25, height: 25, rx: 4 }),
  () => svg("path", { d: "M16 2.5 30.5 28.5h-29z", "stroke-linejoin": "round" }),
  () => svg("path", { d: "M10 2h12l8 8v12l-8 8H10l-8-8V10z" }),
];

export function severityMark(severity) {
  const level = Math.min(4, Math.max(0, severity | 0));
  return svg("svg", { viewBox: "0 0 32 32", class: "severity s" + level, role: "img", "aria-label": t("severity." + level) },
    outlines[level](),
    svg("text", { x: 16, y: level === 3 ? 25 : 21.5, "text-anchor": "middle", "aria-hidden": "true" }, String(level)));
}

const icons = {
  board: "M4 5h16M4 12h16M4 19h10",
  unclear: "M9.2 9a2.9 2.9 0 1 1 4.3 2.6c-.9.5-1.5 1.1-1.5 2.2M12 17.4v.1M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  scenarios: "M5 4h11l3 3v13H5zM9 11h6M9 15h6",
  search: "M20 20l-4.4-4.4M17.5 10.5a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  more: "M4 7h9M17 7h3M4 17h3M11 17h9M13 5v4M7 15v4",
  sound: "M4 10v4h3l5 4V6l-5 4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  silent: "M4 10v4h3l5 4V6l-5 4zM16.5 9.5l5 5M21.5 9.5l-5 5",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  back: "M14 6l-6 6 6 6",
  check: "M5 12.5l4.5 4.5L19 7",
  wall: "M3 5h18v11H3zM9 20h6",
  tell: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
  copy: "M8 8h11v12H8zM5 16V4h11",
};

export function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, svg("path", { d: icons[name] }));
}

// The pictures of the README, from a small evening at a hotel: node pictures.js FOLDER
import fs from "node:fs";
import path from "node:path";
import { profile, startBrowser, stopBrowser } from "./browser.js";
import { Service } from "./service.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node pictures.js FOLDER");
fs.mkdirSync(folder, { recursive: true });

const evening = [
  ["Der er ingen varmt vand på 305, og vi har ventet en time", "305", "work"],
  ["Væreslet er ikke rengjort og der var larm fra baren hele natten", "214", "ack"],
  ["The wifi is down in the conference room again", "Sal 2", null],
  ["My key card does not work, I am locked out with two tired kids", "118", null],
  ["There is smoke on the third floor, something is burning", "3. sal", null],
  ["The heating is brokn in 402 and it is freezing", "402", null],
];

await startBrowser();
const service = await Service.start();
const cases = [];
for (const [text, place, move] of evening) {
  const incident = await service.incidentOf(text, { place });
  if (move) await service.api("POST", `incidents/${incident.incident}/ack`, {}, "staff");
  if (move === "work") await service.api("POST", `incidents/${incident.incident}/work`, {}, "staff");
  cases.push(incident);
}

const person = await profile(service, { token: service.tokens.manager, viewport: { width: 1120, height: 700 } });
const page = await person.page();
const take = (name) => page.screenshot({ path: path.join(folder, name + ".png"), animations: "disabled" });
await page.goto("/");
await page.locator(".row").nth(5).waitFor();
await page.locator(".line:not(.lost)").waitFor();
await take("board");
await page.setViewportSize({ width: 1120, height: 760 });
await page.goto("/incident/" + cases[5].incident);
await page.getByRole("button", { name: "brokn", exact: true }).hover();
await page.locator(".about").waitFor();
await take("incident");
await page.setViewportSize({ width: 1120, height: 800 });
await page.goto(service.tag("havnen.lobby") + "&kiosk&lang=da");
await page.locator('input[value="2"]').check();
await page.fill("#text", "Der er koldt i spisesalen");
await page.evaluate(() => document.activeElement.blur());
await take("tablet");
await person.end();
await service.end();
await stopBrowser();

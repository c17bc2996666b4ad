// A picture of every page, wide and narrow, light and dark, in Danish or English: node shots.js FOLDER
// What CI keeps for people to look at. Whatever a page complains of makes it fail.
import fs from "node:fs";
import path from "node:path";
import assert from "node:assert/strict";
import { checkWidth, profile, startBrowser, stopBrowser } from "./browser.js";
import { Service } from "./service.js";

const folder = process.argv[2];
if (!folder) throw new Error("usage: node shots.js FOLDER");
fs.mkdirSync(folder, { recursive: true });

const evening = [
  ["Der er ingen varmt vand på 305, og vi har ventet en time", "305"],
  ["Væreslet er ikke rengjort og der var larm fra baren hele natten", "214"],
  ["My key card does not work, I am locked out with two tired kids", "118"],
  ["There is smoke on the third floor, something is burning", "318"],
];
const wide = { width: 1280, height: 860 }, narrow = { width: 360, height: 740 };
const looks = [
  { name: "light", locale: "en-GB", colorScheme: "light", viewport: wide },
  { name: "dark", locale: "da-DK", colorScheme: "dark", viewport: wide },
  { name: "phone", locale: "da-DK", colorScheme: "light", viewport: narrow },
  { name: "phone-dark", locale: "en-GB", colorScheme: "dark", viewport: narrow },
];

await startBrowser();
const service = await Service.start();
const cases = [];
for (const [text, place] of evening) cases.push(await service.incidentOf(text, { place }));
await service.api("POST", `incidents/${cases[0].incident}/ack`, {}, "staff");
await service.hear("This is outrageous, I want to complain");
const tag = service.tag("havnen.lobby");
const said = await fetch(service.url + tag, { method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ id: "shots", text: "Der er koldt her", lang: "da" }) });
const { reference } = await said.json();
const wrong = tag.replace(/.$/, (last) => (last === "0" ? "1" : "0"));

// name, address, what has to be there; then: what is done before the picture is taken
const pages = [
  ["kiosk", tag + "&kiosk&lang=da", "#form"],
  ["tag", tag, "#form"],
  ["recommend", tag + "&scale=10&lang=de", "#form"],
  ["thanks", tag + "&lang=sv", "#form", async (page) => {
    await page.fill("#text", "Lampan i rummet är trasig");
    await page.locator("#send, button[type=submit]").first().click();
    await page.locator("#thanks").waitFor();
  }],
  ["tag-refused", wrong, "body"],
  ["status", `/s/${reference}`, ".steps [aria-current]"],
  ["status-unknown", "/s/zzzz-zzzz", "body"],
  ["board", "/", ".row"],
  ["settings", "/", ".row", (page) => page.locator("#settings").click()],
  ["tell", "/", ".row", (page) => page.keyboard.press("n")],
  ["wall", "/?wall", ".row"],
  ["incident", "/incident/" + cases[1].incident, ".word"],
  ["incident-missing", "/incident/999999", "h1"],
  ["unclear", "/unclear", ".unclear"],
  ["scenarios", "/scenarios?id=room-too-cold", ".sheet .part"],
  ["draft", "/scenarios?id=room-too-cold", ".sheet .part", async (page) => {
    await page.locator(".draft-file summary").click();
    await page.fill("#try", "Her er iskoldt");
    await page.locator(".heard").waitFor();
  }],
  ["search", "/search?q=larm", ".hit"],
  ["search-nothing", "/search?q=kvantemekanik", "main"],
];

for (const { name, ...look } of looks) {
  const person = await profile(service, { token: service.tokens.manager, ...look }, ["404", "403"]);
  const page = await person.page();
  const take = (what) => page.screenshot({ path: path.join(folder, `${what}-${name}.png`), fullPage: true, animations: "disabled" });
  for (const [what, address, ready, then] of pages) {
    await page.goto(address);
    await page.locator(ready).first().waitFor();
    await then?.(page);
    await checkWidth(page, `${what}, ${name}`);
    await take(what);
  }
  await person.end();
  const stranger = await profile(service, look);
  const door = await stranger.page();
  await door.goto("/");
  await door.locator("#token").waitFor();
  await door.screenshot({ path: path.join(folder, `login-${name}.png`), fullPage: true, animations: "disabled" });
  await stranger.end();
}
await service.end();
await stopBrowser();
const taken = fs.readdirSync(folder).filter((file) => file.endsWith(".png")).length;
assert.ok(taken >= looks.length * (pages.length + 1), `${taken} pictures`);
console.log(`${taken} pictures in ${folder}`);

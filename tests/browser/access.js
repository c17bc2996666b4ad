// Nothing that axe finds, on any page, wide and narrow, light and dark.
import { after, before, describe, test } from "node:test";
import { checkAccess, profile } from "./browser.js";
import { Service } from "./service.js";

describe("access", () => {
  let service, incident, reference;
  before(async () => {
    service = await Service.start();
    incident = await service.incidentOf("Væreslet er ikke rengjort og der var larm fra baren hele natten", { place: "305" });
    await service.incidentOf("There is smoke on the third floor, something is burning", { place: "318" });
    await service.hear("This is outrageous, I want to complain");
    const sent = await fetch(service.url + service.tag("havnen.lobby"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: "axe", text: "There is no hot water", lang: "en" }) });
    ({ reference } = await sent.json());
  });
  after(async () => { await service?.end(); });

  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 860 }, { width: 360, height: 740 }]) {
      test(`UI-06 axe, ${colorScheme}, ${viewport.width} wide`, async () => {
        const person = await profile(service, { token: service.tokens.manager, colorScheme, viewport }, ["404"]);
        const page = await person.page();
        const visit = async (name, address, ready) => {
          await page.goto(address);
          await page.locator(ready).first().waitFor();
          await checkAccess(page, `${name} ${colorScheme} ${viewport.width}`);
        };
        const tag = service.tag("havnen.lobby");
        await visit("kiosk", tag + "&kiosk&lang=da", "#form");
        await page.locator('input[value="4"]').check();
        await checkAccess(page, "kiosk, chosen");
        await page.getByRole("button", { name: "Send" }).click();
        await page.locator("#thanks").waitFor();
        await checkAccess(page, "kiosk, thanks");
        await visit("0 to 10", tag + "&scale=10&lang=de", "#form");
        await visit("status", `/s/${reference}?lang=sv`, ".steps [aria-current]");
        await visit("board", "/", ".row");
        await page.locator("#settings").click();
        await checkAccess(page, "settings");
        await page.locator("dialog .button").first().click();
        await page.locator("dialog .keys").waitFor();
        await checkAccess(page, "keys");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await visit("board", "/", ".row");
        await page.keyboard.press("n");
        await page.locator("dialog textarea").waitFor();
        await checkAccess(page, "a complaint written down");
        await page.keyboard.press("Escape");
        await visit("wall", "/?wall", ".row");
        await visit("incident", "/incident/" + incident.incident, ".word");
        await page.locator(".word").first().focus();
        await page.locator(".correct .choice").first().click();
        await page.locator(".lines").waitFor();
        await checkAccess(page, "incident, a word, corrected");
        await page.locator(".lines + .buttons button").click();
        await page.locator(".lines").waitFor({ state: "detached" });
        await page.locator('[data-move="note"]').click();
        await page.locator("dialog textarea").waitFor();
        await checkAccess(page, "incident, a note");
        await page.keyboard.press("Escape");
        await visit("unclear", "/unclear", ".unclear");
        await page.keyboard.press("0");
        await page.locator(".lines").waitFor();
        await checkAccess(page, "unclear, decided");
        // for the next of these tests it is unclear again
        await page.keyboard.press("z");
        await page.locator(".lines").waitFor({ state: "detached" });
        await visit("scenarios", "/scenarios?id=room-too-cold", ".sheet .part");
        await page.locator(".draft-file summary").click();
        await page.fill("#try", "It is freezing in here");
        await page.locator(".heard").waitFor();
        await checkAccess(page, "scenarios, tried");
        await visit("search", "/search?q=larm", ".hit");
        await page.locator(".hit summary").click();
        await page.locator(".hit .word").first().waitFor();
        await checkAccess(page, "search, open");
        await visit("incident that is not there", "/incident/999999", "h1");
        await person.end();
      });
      test(`axe, login, ${colorScheme}, ${viewport.width} wide`, async () => {
        const person = await profile(service, { colorScheme, viewport });
        const page = await person.page();
        await page.goto("/");
        await page.locator("#token").waitFor();
        await checkAccess(page, "login");
        await person.end();
      });
    }
  }
});

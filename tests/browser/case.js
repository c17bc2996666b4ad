// One case as those who work with it see it: handed on, of a common cause, answered, confidential.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checkAccess, profile } from "./browser.js";
import { Service, waitFor } from "./service.js";
import { words } from "../../src/web/pages/words.js";

const en = (key, values = {}) => words[key].en.replace(/\{(\w+)\}/g, (_, name) => values[name]);

describe("one case", () => {
  let service;
  before(async () => { service = await Service.start(); });
  after(async () => { await service?.end(); });

  const signIn = (role, options = {}) => profile(service, { token: service.tokens[role], ...options });
  const rowOf = (page, incident) => page.locator(`.row[data-key="${incident.incident}"]`);

  test("UI-01 a case is handed to a colleague chosen by name", async () => {
    const incident = await service.incidentOf("The lamp in my room is broken", { place: "217", from: "g0123456789abcdef0123456789abcdef" });
    const person = await signIn("staff");
    const page = await person.page();
    await page.goto("/incident/" + incident.incident);
    await page.getByRole("button", { name: en("do.assign") }).click();
    await checkAccess(page, "handing over");
    await page.getByLabel(en("ask.toWhom")).selectOption({ label: "Bent Krog" });
    await page.getByRole("dialog").getByRole("button", { name: en("do.assign") }).click();
    await page.getByText(en("history.owned", { by: "bent" })).waitFor();
    await page.locator(".history .note", { hasText: /^mette$/ }).waitFor();
    assert.equal((await service.api("GET", "incidents/" + incident.incident)).incident.owner, "bent");
    // somebody is there to be written to
    const send = page.getByRole("button", { name: en("do.reply") });
    await page.locator("#reply").fill("  ");
    await send.click();
    await page.getByText(en("incident.empty")).waitFor();
    assert.equal((await service.api("GET", "incidents/" + incident.incident)).history.some((row) => row.what === "reply"), false);
    await person.end();
  });

  test("a guest who left no number is not offered an answer that cannot go", async () => {
    const said = await fetch(service.url + service.tag("havnen.218"), { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: "nobody-218", text: "Der er ingen varmt vand i bruseren", lang: "da" }) });
    assert.equal(said.status, 200);
    const incident = await waitFor(async () => (await service.api("GET", "incidents")).incidents.find((one) => one.place === "218"), "the incident");
    const person = await signIn("staff");
    const page = await person.page();
    await page.goto("/incident/" + incident.incident);
    await page.getByText(en("incident.unreachable")).waitFor();
    assert.equal(await page.getByRole("button", { name: en("do.reply") }).count(), 0);
    await page.getByRole("button", { name: en("incident.copy") }).waitFor();
    await person.end();
  });

  test("UI-01 a common cause leads to its parts and each of them back", async () => {
    const places = ["311", "312", "313"];
    const cases = [];
    for (const place of places) cases.push(await service.incidentOf("The lift is out of order again", { place }));
    const parent = await waitFor(async () => (await service.api("GET", "incidents/" + cases[0].incident)).incident.parent, "the common cause");
    const person = await signIn("staff");
    const page = await person.page();
    await page.goto("/incident/" + parent);
    await page.getByText(en("board.parent", { n: 3 })).waitFor();
    await checkAccess(page, "a common cause");
    await page.getByRole("link", { name: "312", exact: true }).click();
    await page.getByRole("link", { name: en("board.child", { n: parent }) }).click();
    await page.getByRole("link", { name: "313", exact: true }).waitFor();
    await person.end();
  });

  test("OP-10 PR-11 what only some may see is said so, in the reader's language", async () => {
    const message = await service.hear("My wallet was stolen from the safe in 330", { place: "330" });
    const both = await waitFor(async () => {
      const { incidents } = await service.api("GET", "incidents", undefined, "staff");
      const found = incidents.filter((one) => one.restricted || one.scenario === "safe-broken");
      return found.length === 2 && found;
    }, "both incidents");
    const person = await signIn("staff", { locale: "da-DK" });
    const page = await person.page();
    await page.goto("/");
    const row = rowOf(page, both.find((one) => one.restricted));
    await row.getByText(words["incident.restricted"].da).waitFor();
    for (const one of both) {
      await page.goto("/incident/" + one.incident);
      await page.locator(".message, .card", { hasText: words["incident.forSome"].da }).first().waitFor();
      assert.doesNotMatch(await page.locator("main").innerText(), /wallet|estricted/);
      await checkAccess(page, "a confidential case");
    }
    assert.ok(message);
    await person.end();
  });

  test("CH-13 a mail is called a mail", async () => {
    const incident = await service.incidentOf("The bathroom was filthy when we arrived", { channel: "email", place: "219" });
    const person = await signIn("viewer");
    const page = await person.page();
    await page.goto("/incident/" + incident.incident);
    await page.locator(".message .meta", { hasText: en("channel.email") }).waitFor();
    await person.end();
  });
});

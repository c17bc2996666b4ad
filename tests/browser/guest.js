// What a guest meets: the tablet in five languages, without a line and back, the tag, the status.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { profile, shoot } from "./browser.js";
import { Service, waitFor } from "./service.js";
import { words } from "../../src/web/pages/guest-words.js";
import { words as statusWords } from "../../src/web/pages/status-words.js";

describe("guests", () => {
  let service;
  before(async () => { service = await Service.start(); });
  after(async () => { await service?.end(); });

  async function found(text) {
    const { feedback } = await service.api("GET", "feedback?query=" + encodeURIComponent(text));
    return feedback.filter((row) => row.text.includes(text));
  }

  const one = (text) => waitFor(async () => (await found(text))[0], `"${text}" at the service`);

  test("the tablet asks in five languages, sends, thanks, and is ready for the next guest after 10 s", async () => {
    const address = service.tag("havnen.lobby");
    for (const language of ["da", "en", "sv", "nb", "de"]) {
      const guest = await profile(service);
      const page = await guest.page();
      await page.clock.install();
      await page.goto(`${address}&kiosk&lang=${language}`);
      assert.equal(await page.getAttribute("html", "lang"), language);
      await page.getByRole("heading", { name: words.question[language] }).waitFor();
      assert.equal(await page.getByRole("radio").count(), 5);
      // each face by its words, not by its picture
      await page.getByRole("radio", { name: words.face2[language], exact: true }).focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("Tab");
      const text = `Testord ${language} zx${language}q`;
      await page.keyboard.type(text);
      await shoot(page, "kiosk-" + language);
      await page.getByRole("button", { name: words.send[language], exact: true }).press("Enter");
      await page.getByRole("heading", { name: words.thanks[language] }).waitFor();
      await page.clock.fastForward(9000);
      assert.equal(await page.locator("#form").isVisible(), false);
      assert.equal(await page.getByRole("link", { name: words.follow[language] }).isVisible(), false);
      await page.clock.fastForward(1000);
      await page.locator("#form").waitFor();
      assert.equal(await page.inputValue("#text"), "");
      assert.equal(await page.locator("input:checked").count(), 0);
      const row = await one(text);
      assert.equal(row.score, 2);
      assert.equal(row.scale, 5);
      assert.equal(row.property, "havnen");
      await guest.end();
    }
  });

  test("a language chosen on the tablet keeps what is written, and the next guest begins anew", async () => {
    const guest = await profile(service);
    const page = await guest.page();
    await page.clock.install();
    await page.goto(service.tag("havnen.lobby") + "&kiosk&lang=da");
    await page.fill("#text", "Half written");
    await page.getByRole("button", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: words.question.de }).waitFor();
    assert.equal(await page.inputValue("#text"), "Half written");
    // a guest who walks away: first a word, then an empty page in the tablet's own language
    await page.clock.fastForward(60100);
    await page.getByText(words.still.de).waitFor();
    await page.clock.fastForward(20100);
    await page.getByRole("heading", { name: words.question.da }).waitFor();
    assert.equal(await page.inputValue("#text"), "");
    await guest.end();
  });

  test("nothing chosen and nothing written is not sent, and says so", async () => {
    const guest = await profile(service);
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&lang=en");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText(words.empty.en).waitFor();
    assert.equal(await page.locator("#form").isVisible(), true);
    await guest.end();
  });

  test("answers given without a line go out once each, with their own times", async () => {
    const guest = await profile(service, {}, ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]);
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&kiosk&lang=en");
    await guest.context.setOffline(true);
    const told = [];
    for (const n of [1, 2, 3]) {
      const text = `Offline words number ${n} qz${n}v`;
      await page.fill("#text", text);
      const from = Date.now();
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText(words.kept.en).waitFor();
      told.push({ text, from, to: Date.now() });
      await page.getByRole("button", { name: words.again.en }).click();
    }
    await page.getByText("Waiting for a connection: 3").waitFor();
    assert.equal((await found("Offline words")).length, 0);
    // a tablet that is started anew still has them
    await guest.context.setOffline(false);
    await page.reload();
    for (const { text, from, to } of told) {
      const row = await one(text);
      const sent = Date.parse(row.sent_at);
      assert.ok(sent >= from && sent <= to, `${row.sent_at} is not between ${new Date(from).toISOString()} and ${new Date(to).toISOString()}`);
      assert.equal((await found(text)).length, 1);
    }
    await waitFor(async () => !(await page.locator("#pending").textContent()), "nothing to be waiting");
    await guest.end();
  });

  test("a shared tablet that is started anew without a line has its page, takes answers, and sends them later", async () => {
    const guest = await profile(service, {}, ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]);
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&kiosk&lang=en");
    await waitFor(() => page.evaluate(async () => Boolean(navigator.serviceWorker.controller && await caches.match(location.href))), "the page to be kept");
    await guest.context.setOffline(true);
    await page.reload();
    await page.getByRole("heading", { name: words.question.en }).waitFor();
    await page.fill("#text", "Written after a cold start wzk");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText(words.kept.en).waitFor();
    await guest.context.setOffline(false);
    await one("cold start wzk");
    assert.equal((await found("cold start wzk")).length, 1);
    await guest.end();
  });

  test("an answer whose receipt got lost is sent again and counted once", async () => {
    const guest = await profile(service, {}, ["ERR_FAILED"]);
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&lang=en");
    let tries = 0;
    await page.route("**/t/**", async (route) => {
      if (route.request().method() !== "POST" || tries++ > 0) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await page.fill("#text", "Receipt lost on the way qlz");
    await page.getByRole("button", { name: "Send" }).click();
    await waitFor(async () => tries > 1, "a second try");
    await one("Receipt lost");
    await waitFor(async () => page.evaluate(() => new Promise((resolve) => {
      const open = indexedDB.open("lyt-outbox", 1);
      open.onsuccess = () => {
        const count = open.result.transaction("answers").objectStore("answers").count();
        count.onsuccess = () => { open.result.close(); resolve(count.result === 0); };
      };
    })), "the outbox to be empty");
    assert.equal((await found("Receipt lost")).length, 1);
    await guest.end();
  });

  test("CH-08 500 answers wait without a line, the next is told the truth, and all arrive once", async () => {
    const guest = await profile(service, {}, ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "429"]);
    const page = await guest.page();
    await page.goto(service.tag("parken.spa-1") + "&kiosk&lang=en");
    await guest.context.setOffline(true);
    const states = await page.evaluate(async (targets) => {
      const { Outbox } = await import("/assets/outbox.js");
      const box = new Outbox(() => {});
      const seen = {};
      for (let n = 0; n < 501; n++) {
        const fate = await box.send(targets[n % targets.length], { id: "flood-" + n, lang: "en", text: "Flooding answer " + n, sent_at: new Date().toISOString() });
        seen[fate.state] = (seen[fate.state] || 0) + 1;
      }
      return seen;
    }, Array.from({ length: 9 }, (_, n) => service.tag("parken.spa-" + (n + 1))));
    assert.deepEqual(states, { kept: 500, full: 1 });
    await page.fill("#text", "One too many");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText(words.full.en).waitFor();
    await guest.context.setOffline(false);
    await waitFor(async () => page.evaluate(() => new Promise((resolve) => {
      const open = indexedDB.open("lyt-outbox", 1);
      open.onsuccess = () => {
        const count = open.result.transaction("answers").objectStore("answers").count();
        count.onsuccess = () => { open.result.close(); resolve(count.result === 0); };
      };
    })), "the outbox to be empty", 240000);
    const ids = service.rows("SELECT source_id FROM feedback WHERE property = 'parken'").flat();
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, 500);
    await guest.end();
  });

  test("a tag carries house and place; a wrong check code is refused without a form", async () => {
    const guest = await profile(service, {}, ["404", "403"]);
    const page = await guest.page();
    const address = service.tag("havnen.214");
    await page.goto(address + "&lang=da");
    await page.fill("#text", "Lampen ved sengen virker ikke tzq");
    await page.fill("#contact", "anna@example.org");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("heading", { name: words.thanks.da }).waitFor();
    const row = await one("tzq");
    assert.equal(row.property, "havnen");
    assert.equal(row.place, "214");
    const link = page.getByRole("link", { name: words.follow.da });
    await link.waitFor();
    await shoot(page, "thanks");
    await link.click();
    await page.getByRole("heading", { name: statusWords.statusTitle.da }).waitFor();
    await page.locator(".steps [aria-current]").waitFor();
    assert.equal((await page.content()).includes("anna@example.org"), false);
    const wrong = await page.goto(address.replace(/.$/, (last) => (last === "A" ? "B" : "A")));
    assert.ok([403, 404].includes(wrong.status()), String(wrong.status()));
    assert.equal(await page.locator("textarea").count(), 0);
    await guest.end();
  });

  test("0 to 10 by arrow keys", async () => {
    const guest = await profile(service);
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&scale=10&lang=en");
    assert.equal(await page.getByRole("radio").count(), 11);
    await page.getByRole("radio", { name: "0", exact: true }).focus();
    for (let n = 0; n < 7; n++) await page.keyboard.press("ArrowRight");
    await page.fill("#text", "Seven of ten rqz");
    await shoot(page, "recommend");
    await page.getByRole("button", { name: "Send" }).click();
    const row = await one("Seven of ten");
    assert.equal(row.score, 7);
    assert.equal(row.scale, 10);
    await guest.end();
  });

  test("UI-05 the status page follows the case and tells nothing of wrong references", async () => {
    const guest = await profile(service, {}, ["404"]);
    const page = await guest.page();
    await page.goto(service.tag("havnen.214") + "&lang=en");
    await page.fill("#text", "There is no hot water in the shower hqz");
    await page.fill("#contact", "+4512345678");
    const [answer] = await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.getByRole("button", { name: "Send" }).click()]);
    const { reference } = await answer.json();
    const incident = await waitFor(async () => (await service.api("GET", "incidents")).incidents.find((one) => one.scenario === "no-hot-water" && one.place === "214"), "the incident");
    await page.goto(`/s/${reference}?lang=en`);
    await page.locator(".steps [aria-current]", { hasText: statusWords.stepReceived.en }).waitFor();
    // by when: the promise of a person, in each of the five languages, at the house's own time
    await service.api("POST", `incidents/${incident.incident}/promise`, { minutes: 3 * 1440, note: "hot water" });
    for (const lang of ["da", "en", "sv", "nb", "de"]) {
      await page.goto(`/s/${reference}?lang=${lang}`);
      const due = await page.locator("#due").textContent();
      const time = (await page.locator("body").getAttribute("data-due")).slice(11);
      assert.ok(due.startsWith(statusWords.duePromise[lang].split("{time}")[0]) && /\d\d[:.]\d\d/.test(due), due);
      assert.ok(due.replace(/\./g, ":").includes(time), `${due} names ${time}`);
    }
    await page.goto(`/s/${reference}?lang=en`);
    await service.api("POST", `incidents/${incident.incident}/ack`, {});
    await page.reload();
    await page.locator(".steps [aria-current]", { hasText: statusWords.stepWork.en }).waitFor();
    await shoot(page, "status");
    // RE-11: money back is one button away, in each language, and once asked it stays asked
    await service.api("POST", `incidents/${incident.incident}/kept`, { promise: 1 });
    for (const lang of ["da", "en", "sv", "nb", "de"]) {
      await page.goto(`/s/${reference}?lang=${lang}`);
      await page.getByRole("button", { name: statusWords.refundAsk[lang], exact: true }).waitFor();
    }
    await shoot(page, "status-refund");
    await page.goto(`/s/${reference}?lang=sv`);
    await page.getByRole("button", { name: statusWords.refundAsk.sv, exact: true }).focus();
    await Promise.all([page.waitForURL(`**/s/${reference}?lang=sv`), page.keyboard.press("Enter")]);
    await page.locator("#asked", { hasText: statusWords.refundAsked.sv }).waitFor();
    assert.equal(await page.locator("#ask").isVisible(), false);
    await page.reload();
    await page.locator("#asked", { hasText: statusWords.refundAsked.sv }).waitFor();
    const asked = (await service.api("GET", `incidents/${incident.incident}`)).history.filter((row) => row.what === "refund-asked");
    assert.deepEqual(asked.map((row) => row.note), ["status page"]);
    const answers = [];
    for (const wrong of [reference.slice(0, -1) + (reference.endsWith("a") ? "b" : "a"), "x", "aaaaaaaaaaaaaaaaaaaaaaaa"]) {
      const answer = await page.goto(`/s/${wrong}?lang=en`);
      answers.push(answer.status() + (await answer.text()));
    }
    assert.equal(new Set(answers).size, 1);
    assert.match(answers[0], /^404.*Not found/s);
    // in the guest's language and in English, where nobody knows it in Danish
    for (const [lang, title] of [["da", "Ikke fundet"], ["en", "Not found"], ["sv", "Hittades inte"], ["nb", "Ikke funnet"], ["de", "Nicht gefunden"], ["fr", "Not found"]]) {
      await page.goto(`/s/x?lang=${lang}`);
      assert.equal(await page.locator("h1").first().textContent(), title);
      await page.locator("h1", { hasText: "Not found" }).waitFor();
    }
    await guest.end();
  });

  test("PR-08 the tablet leaves no cookie, and the service keeps neither address nor browser", async () => {
    const guest = await profile(service, { userAgent: "Probe-Agent-77" });
    const page = await guest.page();
    await page.goto(service.tag("havnen.lobby") + "&kiosk&lang=en");
    await page.fill("#text", "Anonymous words wqz");
    await page.getByRole("button", { name: "Send" }).click();
    await one("Anonymous words");
    assert.deepEqual(await guest.context.cookies(), []);
    assert.equal(service.holds("Probe-Agent-77"), false);
    assert.equal(service.holds("127.0.0.1:" + new URL(service.url).port), true, "the search itself works: endpoints.json has the address");
    await guest.end();
  });
});

// Chromium, headless, with what every page of ours must keep to: nothing on the console, no
// mistake in a script, no request that leaves the service.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { limitMs } from "./service.js";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.LYT_SHOTS;

let browser = null;

export async function startBrowser() {
  browser = await chromium.launch({
    executablePath: process.env.LYT_CHROMIUM || "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
}

export async function stopBrowser() {
  await browser?.close();
}

// A fresh browser profile on the service; allow: texts on the console that the test expects.
export async function profile(service, options = {}, allow = []) {
  const { token, ...more } = options;
  const context = await browser.newContext({ baseURL: service.url, locale: "en-GB", viewport: { width: 1280, height: 860 }, ...more });
  context.setDefaultTimeout(limitMs);
  const complaints = [];
  const host = new URL(service.url).host;
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.host !== host && !["data:", "blob:"].includes(url.protocol)) complaints.push(`asked ${url}`);
  });
  context.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !allow.some((part) => text.includes(part))) complaints.push(`${text} ${message.location().url}`);
  });
  context.on("weberror", (error) => complaints.push(error.error().stack));
  if (token) {
    const answer = await context.request.post("/api/v1/session", { data: { token } });
    assert.equal(answer.status(), 200);
  }
  return {
    context,
    page: () => context.newPage(),
    // Nothing was complained of while the test ran.
    async end() {
      await context.close();
      assert.deepEqual(complaints, []);
    },
  };
}

// No finding of axe, which is put in from outside: the page's own policy stays as it is.
export async function checkAccess(page, what) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  await session.detach();
  assert.deepEqual(violations.map((found) => `${what}: ${found.id}: ${found.help}: ${found.nodes[0].html.slice(0, 160)}`), []);
}

export async function checkWidth(page, what) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${what} is ${wide} wide in ${room}`);
}

// Kept where LYT_SHOTS says, for people to look at.
export async function shoot(page, name, whole = false) {
  if (!shots) return;
  fs.mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, name + ".png"), fullPage: whole, animations: "disabled" });
}

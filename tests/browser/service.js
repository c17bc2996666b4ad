// A real `lyt serve` on free ports with a state folder of its own, for the browser tests.
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = process.env.LYT_DATA;
const binary = process.env.LYT_BINARY;
export const limitMs = Number(process.env.LYT_LIMIT_S || 60) * 1000;

if (!root || !binary) throw new Error("set LYT_BINARY and LYT_DATA, or use ./bootstrap browser");

// Asks condition() until it gives something true, up to the limit, and returns that.
export async function waitFor(condition, what, most = limitMs) {
  const until = Date.now() + most;
  for (;;) {
    const got = await condition();
    if (got) return got;
    if (Date.now() > until) throw new Error(`waited ${most} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export class Service {
  static async start() {
    const service = new Service();
    service.state = fs.mkdtempSync(path.join(os.tmpdir(), "lyt-browser-"));
    service.tokens = {};
    const lines = ["viewer", "staff", "manager", "machine-sender"].map((role) => {
      const token = randomBytes(24).toString("hex");
      service.tokens[role] = token;
      const name = { viewer: "vera", staff: "mette", manager: "signe", "machine-sender": "gateway" }[role];
      return `${name} ${role} ${createHash("sha256").update(token).digest("hex")}`;
    });
    service.tokenFile = path.join(service.state, "tokens");
    fs.writeFileSync(service.tokenFile, lines.join("\n") + "\n", { mode: 0o600 });
    service.tagFile = path.join(service.state, "tags");
    fs.writeFileSync(service.tagFile, "lobby havnen\nroom-214 havnen 214 da\nspa parken\n");
    await service.open();
    return service;
  }

  async open(port = "*") {
    this.log = fs.openSync(path.join(this.state, "log"), "a");
    this.process = spawn(binary, ["serve", "-p", "hotel", "--desk", path.join(root, "models/hotel/desk.yaml"), "--state", this.state,
      "--free-ports", "--http", `127.0.0.1:${port}`, "--tokens", this.tokenFile, "--tags", this.tagFile], { stdio: ["ignore", this.log, this.log] });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    let ended = false;
    this.ended.then(() => { ended = true; });
    await waitFor(() => {
      if (ended) throw new Error("lyt serve ended:\n" + this.readLog());
      try {
        const at = JSON.parse(fs.readFileSync(path.join(this.state, "endpoints.json")));
        this.url = at.http;
        return at.pid === this.process.pid && at.http;
      } catch {
        return false;
      }
    }, "the service to be ready");
  }

  readLog() {
    return fs.readFileSync(path.join(this.state, "log"), "utf8").slice(-4000);
  }

  async stop() {
    this.process.kill("SIGTERM");
    const code = await this.ended;
    fs.closeSync(this.log);
    return code;
  }

  // Ends it for good; a service that does not end well fails the test.
  async end() {
    const code = await this.stop();
    const log = this.readLog();
    fs.rmSync(this.state, { recursive: true, force: true });
    if (code !== 0) throw new Error(`lyt serve ended with ${code}:\n${log}`);
  }

  async api(method, route, body, role = "manager") {
    const response = await fetch(`${this.url}/api/v1/${route}`, {
      method, headers: { Authorization: `Bearer ${this.tokens[role]}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  // A guest's words by a gateway; gives the service's number of the message.
  async hear(text, more = {}) {
    const answer = await this.api("POST", "feedback", { channel: "sms", property: "havnen", text, ...more }, "machine-sender");
    return answer.feedback;
  }

  // The open incident that the words opened, once it is there.
  async incidentOf(text, more) {
    const feedback = await this.hear(text, more);
    return waitFor(async () => {
      const { incidents } = await this.api("GET", "incidents");
      for (const incident of incidents) {
        const { history } = await this.api("GET", `incidents/${incident.incident}`);
        if (history.some((entry) => entry.feedback === feedback)) return incident;
      }
      return null;
    }, `an incident of "${text}"`);
  }

  // The address of a tag, with its check code.
  async tag(name) {
    const { stdout } = await run(binary, ["tag", "link", name, "--state", this.state, "--json"], { env: { ...process.env, LYT_DATA: root } });
    const link = JSON.parse(stdout);
    return new URL(link.url || link.path).pathname + new URL(link.url || link.path).search;
  }
}

// A real `lyt serve` on free ports with a state folder of its own, for the browser tests.
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

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
    service.tokenFile = path.join(service.state, "tokens");
    const people = { viewer: "vera", staff: "mette", manager: "signe", "machine-sender": "gateway" };
    for (const [role, person] of Object.entries(people)) service.tokens[role] = service.lyt("token", "new", "--tokens", service.tokenFile, "--person", person, "--role", role).trim();
    service.tagKey = randomBytes(32);
    service.tagKeys = path.join(service.state, "tag-keys");
    fs.writeFileSync(service.tagKeys, `link ${service.tagKey.toString("hex")}\n`, { mode: 0o600 });
    await service.open();
    return service;
  }

  async open(port = "*") {
    this.log = fs.openSync(path.join(this.state, "log"), "a");
    this.process = spawn(binary, ["serve", "-p", "hotel", "--desk", path.join(root, "models/hotel/desk.yaml"), "--state", this.state,
      "--free-ports", "--http", `127.0.0.1:${port}`, "--tokens", this.tokenFile, "--tag-keys", this.tagKeys], { stdio: ["ignore", this.log, this.log] });
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
    }, "the service to be ready").catch((error) => {
      this.process.kill("SIGKILL");
      throw error;
    });
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

  // Runs another command of lyt to its end.
  lyt(...words) {
    return execFileSync(binary, words, { encoding: "utf8" });
  }

  // The address of a tag ("havnen.214") as it is written on it: ten letters of base32 check it.
  tag(name) {
    const sum = createHmac("sha256", this.tagKey).update(name).digest();
    const bits = [...sum.subarray(0, 7)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
    const check = Array.from({ length: 10 }, (_, n) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[parseInt(bits.slice(n * 5, n * 5 + 5), 2)]).join("");
    return `/t/${name}?c=${check}`;
  }

  // What the database says, as it stands on the disk.
  rows(sql) {
    const script = "import json,sqlite3,sys; print(json.dumps(sqlite3.connect('file:%s?mode=ro' % sys.argv[1], uri=True, timeout=10).execute(sys.argv[2]).fetchall()))";
    return JSON.parse(execFileSync("python3", ["-c", script, path.join(this.state, "lyt.db"), sql]));
  }

  // Whether the words stand in any file of the state folder, the log among them.
  holds(words) {
    return fs.readdirSync(this.state, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
      .some((entry) => fs.readFileSync(path.join(entry.parentPath ?? entry.path, entry.name)).includes(words));
  }
}

// Answers that are not with the service yet: on the device's disk (IndexedDB), oldest first,
// at most 500, each with its own id and time. One leaves only when the service has answered
// for it, so none is lost; the id keeps a second try from counting twice.

const most = 500;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function open() {
  const request = indexedDB.open("lyt-outbox", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("answers", { autoIncrement: true });
  return done(request);
}

// Where the browser keeps nothing (a private window), the answers live as long as the page.
function inMemory() {
  const kept = new Map();
  let next = 1;
  return {
    count: async () => kept.size,
    add: async (answer) => void kept.set(next++, answer),
    first: async () => { for (const [key, answer] of kept) return { key, answer }; },
    remove: async (key) => void kept.delete(key),
  };
}

function onDisk(db) {
  const at = (mode) => db.transaction("answers", mode).objectStore("answers");
  return {
    count: () => done(at("readonly").count()),
    add: (answer) => new Promise((resolve, reject) => {
      const transaction = db.transaction("answers", "readwrite");
      transaction.objectStore("answers").add(answer);
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    }),
    async first() {
      const cursor = await done(at("readonly").openCursor());
      return cursor ? { key: cursor.key, answer: cursor.value } : undefined;
    },
    remove: (key) => done(at("readwrite").delete(key)),
  };
}

async function box() {
  try {
    return onDisk(await open());
  } catch {
    return inMemory();
  }
}

// Over 5xx and 408, 425, 429 the service may yet take it; anything else it never will.
function isForLater(status) {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

export class Outbox {
  // changed(n): so many are waiting.
  constructor(changed) {
    this.changed = changed;
    this.box = box();
    this.running = null;
    this.fates = new Map(); // of what has left, by id
    this.delayS = 1;
    addEventListener("online", () => this.retry());
    this.retry();
  }

  // Keeps the answer, then tries. Gives what became of it: {state: "sent", answer: the service's},
  // "kept" for later, "refused" for good, or "full" when there is no room to keep it.
  async send(path, answer) {
    const box = await this.box;
    if ((await box.count()) >= most) return { state: "full" };
    try {
      await box.add({ path, answer });
    } catch {
      return { state: "full" };
    }
    await this.flush();
    const fate = this.fates.get(answer.id) || { state: "kept" };
    this.fates.delete(answer.id);
    return fate;
  }

  retry() {
    clearTimeout(this.timer);
    this.delayS = 1;
    return this.flush();
  }

  // One run at a time in this page; a second caller waits for the first, then runs itself.
  async flush() {
    while (this.running) await this.running;
    this.running = this.run();
    await this.running;
    this.running = null;
  }

  async run() {
    const box = await this.box;
    clearTimeout(this.timer);
    for (let next; (next = await box.first()); ) {
      const fate = await post(next.answer.path, next.answer.answer);
      if (fate.state === "kept") {
        // the service says when it has room again; a line that is gone does not
        this.timer = setTimeout(() => this.flush(), (fate.afterS || this.delayS) * 1000);
        this.delayS = Math.min(this.delayS * 2, 60);
        break;
      }
      this.delayS = 1;
      await box.remove(next.key);
      this.fates.set(next.answer.answer.id, fate);
    }
    this.changed(await box.count());
  }
}

async function post(path, answer) {
  try {
    const response = await fetch(path, {
      method: "POST",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(answer),
      signal: AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined,
    });
    if (response.ok) return { state: "sent", answer: await response.json().catch(() => ({})) };
    return { state: isForLater(response.status) ? "kept" : "refused", afterS: Number(response.headers.get("Retry-After")) };
  } catch {
    return { state: "kept" };
  }
}

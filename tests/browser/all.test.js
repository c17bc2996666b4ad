// One process, one browser, one file after the other: two cores have enough to do with one service.
import { after, before } from "node:test";
import { startBrowser, stopBrowser } from "./browser.js";

before(startBrowser);
after(stopBrowser);

await import("./guest.js");
await import("./staff.js");
await import("./case.js");
await import("./access.js");

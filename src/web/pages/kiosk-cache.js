// A service worker for shared tablets only: one that is switched on while the line is down still has
// its page. What the service gives comes first; the copy is for when it cannot be reached.
const name = "lyt-kiosk";
const parts = ["kiosk.css", "kiosk.js", "guest-words.js", "guest-say.js", "outbox.js", "icon.svg"];
const patienceMs = 5000;

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(parts.map((part) => "/assets/" + part))));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

async function freshOrKept(request) {
  const cache = await caches.open(name);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(patienceMs) });
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = origin === location.origin && /^\/(t|assets)\//.test(pathname);
  if (isOurs && event.request.method === "GET") event.respondWith(freshOrKept(event.request));
});

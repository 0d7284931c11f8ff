// The service worker: keeps every file of one build, so that the next visit opens without a network.
// The server's build fills in the markers; without them (in development) it does nothing.
const FILES = /*PRECACHE*/[];
// What not everybody needs is kept together as soon as somebody asks for any of it.
const LATER = /*LATER*/[];
const BUILD = /*BUILD*/"";

const PREFIX = "leftfold-files-";
const CACHE = PREFIX + BUILD;
const START = "/";
const active = BUILD !== "" && FILES.length > 0;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  if (active) event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && !url.pathname.startsWith("/api/") && url.pathname !== "/api";
  if (!active || !ours || event.request.method !== "GET") return;
  if (event.request.mode === "navigate") {
    event.respondWith(start(event.request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(kept(event.request, url.pathname));
  } else if (LATER.includes(url.pathname)) {
    event.respondWith(keptFromNowOn(event.request, url.pathname));
  }
});

// All files or none: a build with a hole in it would open to a blank page. What an older build kept under the same hashed name is the
// same file, so only what is new travels.
function keep() {
  return keepAll(FILES);
}

async function keepAll(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (path) => {
      const before = isHashed(path) ? await caches.match(path) : undefined;
      const response = before ?? (await fetch(path, { cache: "no-cache" }));
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(path, response);
    }),
  );
}

// A page that is open goes on with the files it has: their names are hashed, and it has loaded them already.
async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && (!active || name !== CACHE)) await caches.delete(name);
  }
  await self.clients.claim();
}

async function start(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(START)) ?? fetch(request);
}

async function kept(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

async function keptFromNowOn(request, path) {
  const cache = await caches.open(CACHE);
  const had = await cache.match(path);
  if (had) return had;
  try {
    await keepAll(LATER);
  } catch {
    // Then without being kept, if the network has it.
    return fetch(request);
  }
  return (await cache.match(path)) ?? fetch(request);
}

function isHashed(path) {
  return /-[0-9a-f]{8,}[._]/.test(path);
}

// The service worker: keeps every file of one build, so that the next visit opens without a network.
// The server's build fills in the markers; without them (in development) it does nothing.
const FILES = /*PRECACHE*/[];
// Those that only teachers have; kept once a teacher's page asks for them, and in every later build.
const ROOM = /*PRECACHE_ROOM*/[];
// What not everybody needs, in groups: each is kept together as soon as somebody asks for any of it, and in every later build.
const LATER = /*LATER*/[];
const BUILD = /*BUILD*/"";

const PREFIX = "leftfold-files-";
const CACHE = PREFIX + BUILD;
const START = "/";
const ROOM_START = "/teach.html";
const active = BUILD !== "" && FILES.length > 0;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  if (active) event.waitUntil(keepAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("message", (event) => {
  if (active && event.data === "keep the room") event.waitUntil(keep(ROOM));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && !url.pathname.startsWith("/api/") && url.pathname !== "/api";
  if (!active || !ours || event.request.method !== "GET") return;
  if (event.request.mode === "navigate") {
    event.respondWith(start(event.request, url.pathname));
  } else if (FILES.includes(url.pathname) || ROOM.includes(url.pathname)) {
    event.respondWith(kept(event.request, url.pathname));
  } else if (LATER.some((group) => group.includes(url.pathname))) {
    event.respondWith(keptFromNowOn(event.request, url.pathname));
  }
});

// All files or none: a build with a hole in it would open to a blank page. What an older build kept under the same hashed name is the
// same file, so only what is new travels.
async function keepAll() {
  const had = async (path) => (await caches.match(path)) !== undefined;
  let files = FILES;
  if (await had(ROOM_START)) files = files.concat(ROOM);
  // A page that is open asks for these by the names they have in its build, perhaps without a network, when the older build's are gone.
  for (const group of LATER) {
    if ((await Promise.all(group.map(had))).includes(true)) files = files.concat(group);
  }
  await keep(files);
}

async function keep(files) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (path) => {
      if (await cache.match(path)) return;
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

async function start(request, path) {
  const cache = await caches.open(CACHE);
  const isRoom = ROOM.length > 0 && (path === "/teach" || path.startsWith("/teach/"));
  return (await cache.match(isRoom ? ROOM_START : START)) ?? fetch(request);
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
    await keep(LATER.find((group) => group.includes(path)));
  } catch {
    // Then without being kept, if the network has it.
    return fetch(request);
  }
  return (await cache.match(path)) ?? fetch(request);
}

function isHashed(path) {
  return /-[0-9a-f]{8,}[._]/.test(path);
}

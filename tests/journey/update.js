// The service worker over caches of its own: one build is visited, the next takes over, the network goes. Prints what is kept then, as JSON.
const [, , file] = process.argv;
const text = require("fs").readFileSync(file, "utf8");
const LATER = [["/spreadsheet_loader.js", "/spreadsheet_bg.wasm"], ["/fonts/math.woff2"]];
const stores = new Map();
let online = true;

const cache = () => {
  const files = new Map();
  return { match: async (path) => files.get(path), put: async (path, response) => void files.set(path, response) };
};
const caches = {
  open: async (name) => stores.get(name) ?? stores.set(name, cache()).get(name),
  keys: async () => [...stores.keys()],
  delete: async (name) => stores.delete(name),
  match: async (path) => (await Promise.all([...stores.values()].map((store) => store.match(path)))).find((response) => response),
};
const fetch = async () => {
  if (!online) throw new Error("no network");
  return { ok: true };
};

const begin = (build) => {
  const source = text
    .replace("/*PRECACHE*/[]", JSON.stringify(["/", "/app-12345678.js"]))
    .replace("/*LATER*/[]", JSON.stringify(LATER))
    .replace('/*BUILD*/""', JSON.stringify(build));
  const listeners = {};
  const self = {
    addEventListener: (name, listener) => (listeners[name] = listener),
    skipWaiting: () => {},
    clients: { claim: async () => {} },
    location: { origin: "http://school" },
  };
  new Function("self", "caches", "fetch", source)(self, caches, fetch);
  const tell = async (name, event) => {
    let done;
    listeners[name]({ ...event, waitUntil: (it) => (done = it), respondWith: (it) => (done = it) });
    return await done;
  };
  const get = (path) => tell("fetch", { request: { url: `http://school${path}`, method: "GET", mode: "cors" } }).catch(() => ({ ok: false }));
  return { tell, get };
};

(async () => {
  const former = begin("one");
  await former.tell("install");
  await former.tell("activate");
  await former.get("/spreadsheet_loader.js");
  const next = begin("two");
  await next.tell("install");
  await next.tell("activate");
  online = false;
  const asked = await next.get("/spreadsheet_bg.wasm");
  const never = await next.get("/fonts/math.woff2");
  console.log(JSON.stringify({ caches: await caches.keys(), asked: asked.ok, never: never.ok }));
})();

// What a browser keeps, and what becomes of it.

// What the browser keeps

/** What a request to IndexedDB comes to. */
function asked(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** The rows of each store of an open database: pairs of key and value. */
async function rowsOf(database) {
  const stores = {};
  for (const store of database.objectStoreNames) {
    const rows = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([asked(rows.getAllKeys()), asked(rows.getAll())]);
    stores[store] = keys.map((key, index) => [key, values[index]]);
  }
  return stores;
}

/** Bytes as base64. */
function inBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The names of all databases. */
async function databaseNames() {
  return (await indexedDB.databases()).map((database) => database.name);
}

/** The name of the one database of the app. */
async function databaseName() {
  return (await databaseNames()).find((name) => name.startsWith("leftfold-"));
}

/** Everything in IndexedDB: per database and store the rows with their keys; bytes as text. */
async function everythingInDatabases() {
  const plain = (value) => {
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new TextDecoder().decode(value);
    return Array.isArray(value) ? value.map(plain) : value;
  };
  const found = {};
  for (const name of await databaseNames()) {
    const database = await asked(indexedDB.open(name));
    found[name] = await rowsOf(database);
    for (const store of Object.keys(found[name])) found[name][store] = found[name][store].map(([key, value]) => ({ key: plain(key), value: plain(value) }));
    database.close();
  }
  return found;
}

/** Everything that is kept beside IndexedDB: both storages, and the service worker's files, those in words with their text. */
async function everythingBesideDatabases() {
  const files = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const type = response.headers.get("content-type") || "";
      files[request.url] = /html|json|javascript/.test(type) ? await response.text() : type;
    }
  }
  return { local: { ...localStorage }, session: { ...sessionStorage }, caches: files };
}

/** The cookies that a script can read. */
function readableCookies() {
  return document.cookie;
}

/** The state of the service worker; `none yet` before there is one at work. */
async function stateOfWorker() {
  const worker = await navigator.serviceWorker.getRegistration();
  return worker && worker.active ? worker.active.state : "none yet";
}

/** Whether the service worker keeps the file of this path. */
async function isFileKept(path) {
  return (await caches.match(path)) !== undefined;
}

/** The paths of all files that the service worker keeps, and of all that this page has loaded. */
async function filesKeptAndLoaded() {
  const found = [];
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  }
  return found.concat(performance.getEntriesByType("resource").map((one) => new URL(one.name).pathname));
}

/** Deletes a database, and says so, or that somebody does not let go of it. */
function deleteDatabase(name) {
  const request = indexedDB.deleteDatabase(name);
  return new Promise((done) => {
    request.onsuccess = () => done("deleted");
    request.onblocked = () => done("blocked");
  });
}

/** Opens a database as one of a much newer build and closes it again; says so, or that somebody does not let go of it. */
function raiseDatabase(name) {
  const request = indexedDB.open(name, 99);
  return new Promise((done) => {
    request.onsuccess = () => {
      request.result.close();
      done("raised");
    };
    request.onblocked = () => done("blocked");
  });
}

/** Makes a database anew as an older one, and keeps it open. */
async function holdOlderDatabase(name) {
  await asked(indexedDB.deleteDatabase(name));
  window.held = await asked(indexedDB.open(name, 1));
}

/** Lets go of the database that is held. */
function letGoOfDatabase() {
  window.held.close();
}

/** Makes of a database what the first build made: no digests, no folds, no epoch; how many commands wait in it. */
async function makeDatabaseOfFirstBuild(name) {
  const newer = await asked(indexedDB.open(name));
  const kept = await rowsOf(newer);
  newer.close();
  await asked(indexedDB.deleteDatabase(name));
  const opening = indexedDB.open(name, 1);
  const stores = ["meta", "feeds", "chunks", "content", "people", "outbox", "results"];
  opening.onupgradeneeded = () => stores.forEach((store) => opening.result.createObjectStore(store));
  const older = await asked(opening);
  const rows = older.transaction(stores, "readwrite");
  for (const store of stores) {
    for (const [key, value] of kept[store]) {
      if (store === "meta" && !["device", "next", "log"].includes(key)) continue;
      rows.objectStore(store).put(store === "chunks" ? value.slice(0, 3) : value, key);
    }
  }
  await new Promise((done) => (rows.oncomplete = done));
  older.close();
  return kept.outbox.length;
}

/** Changes one letter in the last chunk of the student's own feed: a digit of how long an answer took. */
async function flipLetter(name) {
  const database = await asked(indexedDB.open(name));
  const rows = database.transaction("chunks", "readwrite").objectStore("chunks");
  const keys = (await asked(rows.getAllKeys())).filter((key) => key[0].startsWith("student/"));
  const key = keys[keys.length - 1];
  const row = await asked(rows.get(key));
  const at = new TextDecoder().decode(row[2]).indexOf('"ms":') + 5;
  row[2][at] = row[2][at] === 49 ? 50 : 49;
  await asked(rows.put(row, key));
  database.close();
}

/** All that this browser keeps for the school, to be kept for later builds: every database with its version and rows, bytes as base64, and the notes
    beside it. */
async function keepForLaterBuilds() {
  const written = (value) => {
    if (value instanceof ArrayBuffer) return written(new Uint8Array(value));
    if (value instanceof Uint8Array) return { bytes: inBase64(value) };
    if (Array.isArray(value)) return value.map(written);
    if (value !== null && typeof value === "object") throw new Error(`a row of a kind that is not kept here: ${value}`);
    return value;
  };
  const databases = {};
  for (const { name, version } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    const stores = await rowsOf(database);
    for (const store of Object.keys(stores)) stores[store] = written(stores[store]);
    database.close();
    databases[name] = { version, stores };
  }
  return { databases, notes: { ...localStorage } };
}

/** Puts back what was kept for later builds, into a browser that has nothing; how many databases that were. */
async function restoreFromEarlierBuild({ databases, notes }) {
  const read = (value) => {
    if (Array.isArray(value)) return value.map(read);
    if (value !== null && typeof value === "object") return Uint8Array.from(atob(value.bytes), (character) => character.charCodeAt(0));
    return value;
  };
  for (const [name, { version, stores }] of Object.entries(databases)) {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      for (const [store, rows] of Object.entries(stores)) {
        const made = request.result.createObjectStore(store);
        for (const [key, value] of rows) made.put(read(value), read(key));
      }
    };
    (await asked(request)).close();
  }
  for (const [key, value] of Object.entries(notes)) localStorage.setItem(key, value);
  return Object.keys(databases).length;
}

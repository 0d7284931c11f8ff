// Writes 100,000 events into IndexedDB as the app does it, 100 to a record of bytes, one transaction each; then reads and counts them.
const done = arguments[arguments.length - 1];
const name = `raw-${Math.random()}`;
const asked = request => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = () => no(request.error); });
(async () => {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("chunks");
  const db = await asked(opening);
  const event = number => ({ v: number, p: number, e: { text: "x".repeat(200 - 36 - 2 * String(number).length) }, pad: "" });
  const writing = performance.now();
  for (let first = 0; first < 100_000; first += 100) {
    const events = Array.from({ length: 100 }, (_, index) => event(100_000 + first + index));
    const bytes = new TextEncoder().encode(JSON.stringify(events));
    const transaction = db.transaction("chunks", "readwrite", { durability: "relaxed" });
    transaction.objectStore("chunks").put(bytes, ["staff", first]);
    await new Promise((yes, no) => { transaction.oncomplete = yes; transaction.onabort = () => no(transaction.error); });
  }
  const reading = performance.now();
  const chunks = await asked(db.transaction("chunks").objectStore("chunks").getAll());
  let events = 0;
  for (const bytes of chunks) events += JSON.parse(new TextDecoder().decode(bytes)).length;
  const end = performance.now();
  db.close();
  indexedDB.deleteDatabase(name);
  done([reading - writing, end - reading, events]);
})().catch(fault => done(String(fault)));

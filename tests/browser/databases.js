// Everything in IndexedDB: per database and store the rows with their keys; bytes as text.
const asked = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
const plain = (value) => {
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return new TextDecoder().decode(value);
  if (Array.isArray(value)) return value.map(plain);
  return value;
};
const found = {};
for (const { name } of await indexedDB.databases()) {
  const database = await asked(indexedDB.open(name));
  found[name] = {};
  for (const store of database.objectStoreNames) {
    const rows = database.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([asked(rows.getAllKeys()), asked(rows.getAll())]);
    found[name][store] = keys.map((key, index) => ({ key: plain(key), value: plain(values[index]) }));
  }
  database.close();
}
return found;

// Folds a class's history in Wasm: node wasm.cjs MODULE CHUNKS TEACHER; prints [events per second (median of 5), events].
const fs = require("node:fs");
const [module_path, chunks_path, teacher] = process.argv.slice(2);
const { Fold } = require(module_path);
// As bytes, which is what IndexedDB gives.
const chunks = fs.readFileSync(chunks_path, "utf8").split("\n").map(text => new TextEncoder().encode(text));
let events = 0;
const rates = Array.from({ length: 5 }, () => {
  const fold = new Fold(teacher);
  events = 0;
  const begun = performance.now();
  for (const chunk of chunks) events += fold.chunk(chunk);
  const seconds = (performance.now() - begun) / 1000;
  if (fold.unknown() !== 0n) throw new Error("events that were not understood");
  fold.free();
  return events / seconds;
});
rates.sort((a, b) => a - b);
console.log(JSON.stringify([rates[2], events]));

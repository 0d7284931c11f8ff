// Keeps a class's history in Wasm and drags the slider over it: node past.cjs MODULE STUDENTS UNITS EVENTS; prints
// [milliseconds for a board: median, 95th of 100, megabytes of memory].
const [module_path, students, units, events] = process.argv.slice(2);
const { Past } = require(module_path);
const past = new Past(+students, +units);
for (let grown = 0; grown < +events; grown += 10_000) past.grow(Math.min(10_000, +events - grown));
const times = Array.from({ length: 300 }, (_, step) => {
  const begun = performance.now();
  past.cells_at(Math.floor((step * +events) / 300) + 7);
  return performance.now() - begun;
}).sort((one, other) => one - other);
console.log(JSON.stringify([times[150], times[285], Math.round(past.memory().buffer.byteLength / 1e6)]));

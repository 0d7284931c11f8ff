// What stands on a page, and what is done on it beyond what somebody does who sits before it.

// What stands on the page

/** All elements that a selector finds, as an array. */
function all(selector, within = document) {
  return [...within.querySelectorAll(selector)];
}

/** Which questions' texts (each a list of pieces of HTML) stand in the page's form in order, and how much of it each is; 0 for one that does not. */
function matchQuestions(questions) {
  const form = document.querySelector("main form");
  if (!form) return [];
  const bare = (text) => text.replace(/\s+/g, "");
  const page = bare(form.textContent);
  return questions.map((pieces) => {
    let [at, length] = [0, 0];
    for (const html of pieces) {
      const template = document.createElement("template");
      template.innerHTML = html;
      const text = bare(template.content.textContent);
      const found = page.indexOf(text, at);
      if (found < 0) return 0;
      at = found + text.length;
      length += text.length;
    }
    return length;
  });
}

/** What the page says of the work, without the refusals: what is told above, what came of answers, and what stands in text fields. */
function workOnPage() {
  const text = (element) => element.textContent.trim();
  const fields = all("main form input[type=text]").map((input) => input.value);
  return [...all("main .heading p").map(text), ...all("main form [role=status]").map(text), ...fields];
}

/** How far from the window's top the advice after three misses stands, and the question's form. */
function topsOfAdviceAndForm() {
  const advice = all("main *").filter((one) => one.textContent.includes("Three in a row")).pop();
  return [advice.getBoundingClientRect().top, document.querySelector("main form").getBoundingClientRect().top];
}

/** The width and height of each formula of the question. */
function sizesOfFormulas() {
  return all("main form math").map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height]);
}

/** How formulas are drawn: of each exponent its size and its height over the baseline, as shares of its base's, and its height as a share of the
    base's; and how far each sign at the beginning of a formula stands from the formula before it, in em. */
function drawnFormulas() {
  const size = (one) => parseFloat(getComputedStyle(one).fontSize);
  const ink = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getBoundingClientRect();
  };
  const exponents = all("main msup").map((sup) => {
    const [base, exponent] = sup.children;
    const [under, over] = [ink(base), ink(exponent)];
    return [size(exponent) / size(base), (under.bottom - over.bottom) / under.height, over.height / under.height];
  });
  const chained = all("main math + math").filter((math) => math.firstElementChild?.textContent === "=");
  const gap = (math) => (ink(math.firstElementChild).left - math.previousElementSibling.getBoundingClientRect().right) / size(math);
  return [exponents, chained.map(gap)];
}

/** Whether the typeface of formulas has been loaded: its faces' states. */
function statesOfTypeface() {
  return [...document.fonts].filter((font) => font.family.includes("Noto Sans Math")).map((font) => font.status);
}

/** The text of the page's first heading. */
function heading() {
  return document.querySelector("h1").textContent;
}

/** The text of what has the focus. */
function focused() {
  return document.activeElement.textContent;
}

/** Whether nothing makes the page wider than the window. */
function fitsWindow() {
  return document.documentElement.scrollWidth <= innerWidth;
}

/** What makes the page wider than so many pixels, in words; nothing if it is not. */
function whatIsWiderThan(pixels) {
  const wide = document.scrollingElement.scrollWidth;
  const out = all("body *").filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  return wide > pixels ? `${wide} px: ` + out.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ") : "";
}

/** Everything that is written on the page, and everything that is only told: title, labels, descriptions. */
function writtenAndTold() {
  const isTold = (attribute) => attribute.name.startsWith("aria-") || attribute.name === "title";
  const told = all("main *").flatMap((one) => [...one.attributes].filter(isTold).map((attribute) => attribute.value));
  return [document.title, document.querySelector("main").textContent, ...told].join(" ");
}

/** Whether axe-core is in this page. */
function hasAxe() {
  return "axe" in window;
}

/** What axe-core finds in this page as it is: how many rules it passes, and the faults in words. */
async function checkAccessibility() {
  const run = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
  const { violations, passes } = await axe.run(document, { runOnly: run, resultTypes: ["violations"] });
  const node = (one) => one.html + " " + one.failureSummary;
  const faults = violations.map((one) => `${one.id} (${one.impact}): ${one.help}: ` + one.nodes.map(node).join(" | "));
  return [passes.length, faults];
}

// The class's table

/** The row of the student whose name begins so, in the class's table. */
function rowOf(student) {
  return all("main table tbody tr").find((row) => row.querySelector("th[scope=row]")?.textContent.startsWith(student));
}

/** The button in the cell of a student (by the beginning of the name) in the section of this title. */
function cellOf(student, title) {
  const column = all(".heatmap thead .section").findIndex((head) => head.title === title);
  const row = rowOf(student);
  return row && all("td.cell > button", row)[column];
}

/** What a cell of the heatmap is called; null as long as it is not there. */
function labelOfCell(student, title) {
  return cellOf(student, title)?.getAttribute("aria-label") ?? null;
}

/** What all cells of the heatmap are called. */
function labelsOfCells() {
  return all("td.cell > button").map((cell) => cell.getAttribute("aria-label"));
}

/** Of each cell of the heatmap whether it is in the order of tabs (0) or not (-1). */
function tabIndicesOfCells() {
  return all("td.cell > button").map((cell) => cell.tabIndex);
}

/** The one cell of the heatmap that is in the order of tabs. */
function entranceOfHeatmap() {
  return document.querySelector('td.cell > button[tabindex="0"]');
}

/** Puts the focus on the heatmap, as the tab key does. */
function focusHeatmap() {
  entranceOfHeatmap().focus();
}

/** Presses the cell of the heatmap that is in the order of tabs. */
function pressHeatmap() {
  entranceOfHeatmap().click();
}

/** The row and the column of the cell that has the focus; -1 and -1 if none has. */
function placeOfFocus() {
  const cell = document.activeElement.closest("td.cell");
  if (!cell) return [-1, -1];
  const row = cell.parentElement;
  return [[...row.parentElement.children].indexOf(row), all("td.cell", row).indexOf(cell)];
}

/** The names in the heads of the heatmap's rows, from above. */
function namesInHeatmap() {
  return all(".heatmap tbody th").map((head) => head.textContent.trim());
}

/** How many names in the heads of the heatmap's rows keep their direction to themselves. */
function countIsolatedNames() {
  return all(".heatmap tbody th bdi").length;
}

/** What these cells of a student's row say, such as `answered` or `now`; nothing as long as the row is not there. */
function cellsOfRow(student, kinds) {
  const row = rowOf(student);
  return row ? kinds.map((of) => row.querySelector(`td[data-of=${of}]`).textContent.trim()) : [];
}

/** What the first row says that somebody has answered. */
function answeredInFirstRow() {
  return document.querySelector(".heatmap td[data-of=answered]").textContent;
}

/** Waits until the class's table has so many students, each with so many answers; when that was, in the page's own time, in milliseconds. */
function classShown(students, answered) {
  const has = (row) => row.querySelector("td[data-of=answered]")?.textContent.trim() === String(answered);
  const isThere = () => {
    const rows = all("main table tbody tr");
    return rows.length === students && rows.every(has);
  };
  return new Promise((done) => {
    const look = () => (isThere() ? done(performance.now()) : requestAnimationFrame(look));
    look();
  });
}

/** How each sorted column of the page is sorted. */
function orders() {
  return all("th[aria-sort]").map((head) => head.ariaSort);
}

/** Notes from now on which cells of the heatmap are touched, and how long each of its updates takes; and marks the cell of a student. */
function watchHeatmap(student, title) {
  window.updates = [];
  const note = (list) => window.updates.push(...list.getEntriesByName("heatmap update").map((one) => one.duration));
  new PerformanceObserver(note).observe({ type: "measure" });
  window.touched = new Set();
  const element = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
  const touch = (records) => records.forEach((one) => window.touched.add(element(one.target).closest("td.cell")));
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(touch).observe(document.querySelector(".heatmap tbody"), everything);
  cellOf(student, title).stayed = true;
}

/** Whether the cell that was marked is the same element still. */
function cellStayed(student, title) {
  return cellOf(student, title).stayed === true;
}

/** How many cells were touched since they are watched, and how long each update took, in milliseconds. */
function touchedAndUpdates() {
  window.touched.delete(null);
  return [window.touched.size, window.updates];
}

/** How long the heatmap took to be drawn, in milliseconds; null if nobody measured it. */
function heatmapDrawnMs() {
  return performance.getEntriesByName("heatmap")[0]?.duration ?? null;
}

/** The last place of the slider; null as long as there is none. */
function lastPlaceOfSlider() {
  return document.querySelector("input[type=range]")?.max ?? null;
}

/** Puts a slider at a place, as somebody does who drags it: each place is an input. */
function putSlider(slider, place) {
  slider.value = place;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Drags the slider of this name to a place. */
function dragTo(label, place) {
  putSlider(document.querySelector(`input[type=range][aria-label="${label}"]`), place);
}

/** Drags the slider over the whole history, an input a frame; the frames' times in milliseconds. */
async function dragOverAll() {
  const slider = document.querySelector("input[type=range]");
  const [steps, max] = [120, Number(slider.max)];
  const times = [];
  let last = performance.now();
  for (let step = 1; step <= steps; step++) {
    putSlider(slider, Math.round(max * (1 - step / (steps + 1))));
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
}

// Other tables and forms

/** Opens what is folded up under a summary that begins so; whether it is open. */
function unfold(beginning) {
  const found = all("summary").find((one) => one.textContent.trim().startsWith(beginning));
  found?.click();
  return found?.parentElement.open ?? false;
}

/** Presses a button in the row of a section or a student that begins so; says what there is instead if there is no such row or button. */
function pressInRow(beginning, name) {
  const rows = all("main tr, main .members li");
  const row = rows.find((row) => row.querySelector("th[scope=row], a")?.textContent.startsWith(beginning));
  const button = row && all("button", row).find((button) => button.textContent.trim() === name);
  if (!button) return `no such row among ${rows.length}: ${rows.map((row) => row.textContent).join(" | ")}`;
  button.click();
  return "";
}

/** Fills the dialog's fields for moments with moments so many hours from now, null leaving one empty; how many fields there are. */
function setMoments(hours) {
  const written = (hours) => {
    if (hours === null) return "";
    const date = new Date(Date.now() + hours * 3600e3);
    return new Date(date - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
  };
  const fields = all("dialog[open] input[type=datetime-local]");
  fields.forEach((one, index) => (one.value = written(hours[index])));
  return fields.length;
}

/** The first wrong answer in the table: its words, how often it was given, and by whom, with commas between; three times nothing if there is none. */
function firstWrongAnswer() {
  const row = document.querySelector("section[aria-labelledby=wrong-answers] tbody tr");
  if (!row) return ["", "", ""];
  const names = all("details li", row).map((one) => one.textContent.trim());
  return [row.querySelector("th").textContent, row.querySelector("td").textContent, names.join(", ")];
}

/** The table with this caption. */
function tableOf(caption) {
  return document.getElementById(caption).closest("table");
}

/** The rows of the table with this caption, as they stand on the screen, without the marks of sorting. */
function rowsOfTable(caption) {
  return [...tableOf(caption).rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/ [▲▼]$/, "").trim()));
}

/** How the table with this caption is sorted; nothing if it is not. */
function orderOfTable(caption) {
  return tableOf(caption).querySelector("[aria-sort]")?.ariaSort ?? "";
}

/** Has the table with this caption saved as a file of this kind. */
function saveTable(kind, caption) {
  const part = document.getElementById(caption).closest(".data-table");
  all(".exports button", part).find((button) => button.textContent.trim() === kind).click();
}

// Files that would be saved

/** From now on each file that would be saved is caught instead, and nothing is asked of anybody. */
function catchFiles() {
  window.caught = [];
  let blob;
  const made = URL.createObjectURL;
  URL.createObjectURL = (given) => {
    blob = given;
    return made.call(URL, given);
  };
  const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (this.download) window.caught.push([this.download, blob]);
    else click.call(this);
  };
}

/** Forgets the files that were caught. */
function forgetFiles() {
  window.caught = [];
}

/** Takes the last file that was caught: its name, and its bytes as base64; nothing if there is none. */
async function takeFile() {
  if (window.caught.length === 0) return ["", ""];
  const [name, blob] = window.caught.pop();
  return [name, inBase64(new Uint8Array(await blob.arrayBuffer()))];
}

// A browser that is otherwise than most, and what it notes: called before anything else of each page. And time, and pages that come and go.

// A browser that is otherwise: before each page

/** A browser without a database. */
function haveNoDatabase() {
  Object.defineProperty(window, "indexedDB", {
    get() {
      throw new DOMException("no", "SecurityError");
    },
  });
}

/** A browser whose databases can be lost until the page is loaded anew (see `loseDatabase`): whatever is opened then fails. */
function haveBreakableDatabases() {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, version) {
    if (!window.broken) return open.call(this, name, version);
    window.opened = (window.opened || 0) + 1;
    const request = open.call(this, `broken ${window.opened}`, 1);
    request.addEventListener("upgradeneeded", () => request.transaction.abort());
    return request;
  };
}

/** Loses a database in a browser whose databases can be lost. */
async function loseDatabase(name) {
  window.broken = true;
  await asked(indexedDB.deleteDatabase(name));
}

/** How often a lost database was tried to be opened. */
function triesToOpen() {
  return window.opened;
}

/** A browser that counts how often it is asked to keep what it stores, and says yes. */
function countAskedToPersist() {
  StorageManager.prototype.persist = function () {
    sessionStorage.setItem("asked", askedToPersist() + 1);
    return Promise.resolve(true);
  };
}

/** How often the browser was asked to keep what it stores. */
function askedToPersist() {
  return Number(sessionStorage.getItem("asked"));
}

/** A browser that cannot be asked to keep what it stores, such as WebKit's. */
function haveNoStorageManager() {
  Object.defineProperty(Navigator.prototype, "storage", { value: undefined });
}

/** A browser without locks between tabs. */
function haveNoLocks() {
  Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
}

/** A browser without a channel between tabs. */
function haveNoChannel() {
  delete window.BroadcastChannel;
}

/** A browser that refuses each lock, as some do to a page that is going, and others might for ever; counts how often one is asked for. */
function refuseLocks() {
  LockManager.prototype.request = function () {
    window.locksAsked = (window.locksAsked || 0) + 1;
    return Promise.reject(new DOMException("refused", "InvalidStateError"));
  };
}

/** How often a lock was asked for. */
function locksAsked() {
  return window.locksAsked;
}

/** A page whose clock can be put ahead (see `putAhead`), and with it what the server says of its own: else the page would find that its clock is
    wrong, and go by the server's. */
function haveClockToPutAhead() {
  const real = Date.now;
  window.ahead = 0;
  Date.now = () => real() + window.ahead;
  const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, "data");
  const later = (_, time) => `"server_time":${Number(time) + window.ahead}`;
  Object.defineProperty(MessageEvent.prototype, "data", {
    get() {
      const said = data.get.call(this);
      return typeof said === "string" ? said.replace(/"server_time":(\d+)/, later) : said;
    },
  });
}

/** Puts the clock ahead by so many milliseconds. */
function putAhead(ms) {
  window.ahead = ms;
}

/** Notes when the socket was opened, how often and when something was last stored, and how long each press of the mouse waited for the page. */
function noteCatchingUp() {
  window.delays = [];
  window.stored = 0;
  addEventListener("mousedown", (event) => window.delays.push(performance.now() - event.timeStamp), true);
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      window.connectedAt ??= performance.now();
    }
  };
  const begin = IDBDatabase.prototype.transaction;
  const isStored = () => {
    window.stored += 1;
    window.storedAt = performance.now();
  };
  IDBDatabase.prototype.transaction = function (...given) {
    const transaction = begin.apply(this, given);
    if (given[1] === "readwrite") transaction.addEventListener("complete", isStored);
    return transaction;
  };
}

/** When the socket was opened, in the page's own time, in milliseconds. */
function connectedAt() {
  return window.connectedAt;
}

/** When something was last stored, in the page's own time, and how often something was. */
function storedAtAndHowOften() {
  return [window.storedAt, window.stored];
}

/** Whether nothing was stored for a second, after something was. */
function isQuiet() {
  return performance.now() - (window.storedAt ?? performance.now()) > 1000;
}

/** How long each press of the mouse has waited, in milliseconds. */
function delays() {
  return window.delays;
}

/** Forgets how long presses of the mouse have waited. */
function forgetDelays() {
  window.delays.length = 0;
}

// Time, and pages that come and go

/** Waits for so many milliseconds, where a journey is about time itself; says what the page's clock shows then. */
function waitFor(ms) {
  return new Promise((done) => setTimeout(() => done(performance.now()), ms));
}

/** Waits until two frames were drawn. */
async function twoFrames() {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

/** Waits until the sync state says that so many answers are saved; nothing else happens in between. */
function answersSaved(answers) {
  const wanted = new RegExp(`^Offline – ${answers} answers? saved`);
  const isSaid = () => wanted.test(document.querySelector(".sync")?.textContent ?? "");
  return new Promise((done) => {
    if (isSaid()) return done();
    const look = (_, watch) => {
      if (!isSaid()) return;
      done();
      watch.disconnect();
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

/** Notes for each click on “Check” the times until the outcome stood in the page, and until the frame with it was drawn; from the event's own time, so
    that waiting for the page to be free counts too. Beside them the browser's own time until it was on the screen. */
function noteFeedback() {
  window.taken = [];
  window.presented = [];
  let clicked = null;
  const checks = new Set();
  const click = (event) => {
    if (event.target.closest("button")?.textContent.trim() !== "Check") return;
    clicked = event.timeStamp;
    checks.add(clicked);
  };
  addEventListener("click", click, true);
  const look = () => {
    const outcome = all("main form [role=status]").find((region) => region.textContent.trim() !== "");
    if (clicked === null || !outcome) return;
    const [from, there] = [clicked, performance.now() - clicked];
    clicked = null;
    requestAnimationFrame(() => window.taken.push([there, performance.now() - from]));
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  const present = (list) => {
    const ours = list.getEntries().filter((entry) => entry.name === "click" && checks.has(entry.startTime));
    window.presented.push(...ours.map((entry) => entry.duration));
  };
  new PerformanceObserver(present).observe({ type: "event", durationThreshold: 16 });
}

/** Forgets the times of feedback so far. */
function forgetFeedback() {
  window.taken.length = window.presented.length = 0;
}

/** Of each click the times until its outcome stood in the page and until it was drawn, in milliseconds. */
function feedbackTaken() {
  return window.taken;
}

/** After how many clicks an outcome was drawn. */
function countFeedback() {
  return window.taken.length;
}

/** Of each click the browser's own time until its outcome was on the screen, in milliseconds, in steps of 8. */
function feedbackPresented() {
  return window.presented;
}

/** Marks the page, to see later whether it was loaded anew. */
function markPage() {
  window.isThePageBefore = true;
}

/** Whether this is the page that was marked, and none that was loaded since. */
function isMarkedPage() {
  return window.isThePageBefore === true;
}

/** Whether this is a page that was not marked, and all of it is there. */
function isAnotherPage() {
  return window.isThePageBefore === undefined && document.readyState === "complete";
}

/** Has the page do nothing at all for so many milliseconds, from a little later on: no timer runs in it, nobody is heard, and it keeps what it holds. */
function freeze(ms) {
  const doNothing = () => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  setTimeout(doNothing, 100);
}

/** Has the page go as a browser does that keeps it while another is shown, and counts the sockets that it opens in spite of that. */
function hidePage() {
  markPage();
  window.sockets = 0;
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      window.sockets += 1;
    }
  };
  dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
}

/** How many sockets the page has opened since it was hidden. */
function socketsOpened() {
  return window.sockets;
}

/** Has the page come back as a browser shows one that it has kept. */
function showPageAgain() {
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
}

/** Whether this page has loaded a file with this in its address. */
function hasLoaded(part) {
  return performance.getEntriesByType("resource").some((one) => one.name.includes(part));
}

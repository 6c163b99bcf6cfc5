// Keeps what was tapped on a check-in page while there is no network, in the phone's storage, and sends it when there is one:
// on the page itself, and on any other page of the phone that has the line [data-keep]. A form [data-keep] is sent by this
// script; the server gets the seconds it was kept (`waited`), and decides. What is typed into a form [data-box] is kept sealed for
// the server, or not at all. Where page-worker.js shows [data-keep=token], the code in the address is kept.
const KEY = "anke-check-in ";
const SCAN = new URL("../../s/", import.meta.url).pathname; // wherever the product is mounted
let line, timer, failures = 0, sending;

function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(KEY)).map((key) => JSON.parse(localStorage.getItem(key)));
  } catch {
    return [];
  }
}

function keep(item) {
  try {
    localStorage.setItem(KEY + item.name, JSON.stringify(item));
    return true;
  } catch {
    return false; // a private window: the form is still on the page, with what was typed
  }
}

function forget(item) {
  try {
    localStorage.removeItem(KEY + item.name);
  } catch {
    // nothing was kept either
  }
}

function scanned() {
  return document.querySelector("[data-keep=token]") && location.pathname;
}

function say(state, item) {
  if (!line || (state === "kept" && item.name === scanned())) return; // that page says it itself
  const time = new Date(item.at).toTimeString().slice(0, 5);
  line.querySelector("span").textContent = line.dataset[state].replace("{time}", time);
  const link = line.querySelector("a");
  link.href = item.action;
  link.hidden = state !== "refused";
  line.hidden = false;
}

async function ask(address, options) {
  const response = await fetch(address, { ...options, signal: AbortSignal.timeout?.(15000) });
  if (response.status >= 500 || response.status === 429) throw new Error(response.status);
  return response;
}

async function post(item, again) {
  const body = new URLSearchParams(item.fields);
  if (again) body.set("waited", Math.max(1, Math.round((Date.now() - item.at) / 1000)));
  const response = await ask(item.action, { method: "POST", body, headers: { "X-Part": "main" } });
  // Recorded: the answer is what was read back, or leads to it. Anything else asks for something.
  const there = response.redirected ? response.url : response.headers.get("Content-Location");
  const html = await response.text();
  forget(item);
  const here = document.querySelector("form[data-keep]") || location.pathname === item.action || item.name === scanned();
  if (!here) return say(there ? "sent" : "refused", item);
  if (response.redirected) return location.replace(there);
  if (there) history.replaceState(null, "", there); // where it can be read again
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const part of ["title", ".phone-top > span", "main"]) document.querySelector(part).replaceWith(answer.querySelector(part));
  const main = document.querySelector("main");
  globalThis.htmx?.process(main);
  document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: main } }));
}

// One at a time: a code that is sent twice becomes two claims, and the second takes the place of the first.
function sendAll() {
  clearTimeout(timer);
  sending = sending ?? sendKept().finally(() => { sending = undefined; });
  return sending;
}

async function sendKept() {
  for (const item of kept()) {
    try {
      await post(item, true);
      failures = 0;
    } catch {
      say("kept", item);
      timer = setTimeout(sendAll, Math.min(30000, 1000 * 2 ** ++failures));
      return;
    }
  }
}

export function bind(element) {
  if (element.dataset.keep === "token") {
    const [, start, token] = location.pathname.match(/^(.*\/)([\w-]{36})$/) ?? [];
    if (start === SCAN) keep({ name: location.pathname, action: `${SCAN}late`, fields: [["token", token]], at: Date.now() });
    return sendAll();
  }
  if (element.tagName !== "FORM") {
    navigator.serviceWorker?.register(`${SCAN}worker.js`).catch(() => {});
    if (!line) addEventListener("online", sendAll);
    line = element;
    return sendAll();
  }
  const { box } = element.dataset;
  const letters = box && import("./letter.js").catch(() => {});
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = element.querySelector("[type=submit]");
    const action = element.getAttribute("action");
    const fields = [...new FormData(element)];
    const item = { name: fields.find(([name]) => name === "claim")?.[1] ?? action, action, fields, at: Date.now() };
    button.disabled = true;
    try {
      await post(item, false);
    } catch {
      button.disabled = false;
      const safe = box ? await (await letters)?.sealed(item, box) : item;
      if (!safe || !keep(safe)) return say("open", item);
      button.disabled = true;
      say("kept", item);
      timer = setTimeout(sendAll, 2000);
    }
  });
}

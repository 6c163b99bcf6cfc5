// A form [data-later] that finds no network is kept in the phone's storage, and sent when there is one: on its own page, or on
// any page with the line [data-later] that the same person opens. Its sent_id makes the server count it once, however often it
// arrives. Files are not kept. What is refused then waits on its page, as it was typed.
const KEY = "anke-later ";
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
    localStorage.setItem(KEY + item.id, JSON.stringify(item));
    return true;
  } catch {
    return false; // a private window: the form is still on the page, with what was typed
  }
}

function forget(item) {
  localStorage.removeItem(KEY + item.id);
}

function say(state, address) {
  if (!line) return;
  line.querySelector("span").textContent = line.dataset[state];
  const link = line.querySelector("a");
  link.hidden = !address;
  if (address) link.href = address;
  line.hidden = false;
}

async function ask(address, options) {
  const response = await fetch(address, { ...options, signal: AbortSignal.timeout?.(15000) });
  if (response.status >= 500 || response.status === 429) throw new Error(response.status);
  return response;
}

function post(address, body) {
  return ask(address, { method: "POST", body, headers: { "X-Later": "1" } });
}

async function send(item) {
  // Whoever is signed in now has a token of their own, and need not be who wrote it.
  const asked = await ask(item.action);
  const form = new DOMParser().parseFromString(await asked.text(), "text/html").querySelector("form[data-later]");
  if (asked.redirected || (form && form.dataset.later !== item.who)) return say("other");
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  if (form) body.set("csrf_token", form.elements.csrf_token.value);
  const answer = form && (await post(item.action, body));
  if (answer?.status === 201) {
    forget(item);
    return say(item.files ? "photos" : "sent", answer.headers.get("Content-Location"));
  }
  keep({ ...item, refused: true });
  if (location.pathname !== new URL(item.action, location).pathname) say("refused", item.action);
}

function sendAll() {
  clearTimeout(timer);
  sending ??= sendKept().finally(() => { sending = undefined; });
  return sending;
}

async function sendKept() {
  for (const item of kept()) {
    if (item.refused) continue;
    try {
      await send(item);
      failures = 0;
    } catch {
      say("kept");
      timer = setTimeout(sendAll, Math.min(30000, 1000 * 2 ** ++failures));
      return;
    }
  }
}

// What was refused is on the form again, and is another one from here on.
function fill(form) {
  for (const item of kept()) {
    if (!item.refused || item.who !== form.dataset.later || item.action !== form.getAttribute("action")) continue;
    const values = new Map();
    for (const [name, value] of item.fields) values.set(name, [...(values.get(name) ?? []), value]);
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = (values.get(field.name) ?? []).includes(field.value);
      if (field.tagName === "TEXTAREA") field.value = values.get(field.name)?.[0] ?? "";
    }
    forget(item);
  }
}

export function bind(element) {
  if (element.tagName !== "FORM") {
    if (!line) addEventListener("online", sendAll);
    line = element;
    return sendAll();
  }
  fill(element);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = element.querySelector("[type=submit]"), data = new FormData(element), action = element.getAttribute("action");
    button.disabled = true;
    try {
      const answer = await post(action, data);
      if (answer.status === 201) return location.assign(answer.headers.get("Content-Location"));
      if (answer.redirected) throw new Error("signed out");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: document.querySelector("main") } }));
      scrollTo(0, 0);
    } catch {
      const fields = [...data].filter(([, value]) => typeof value === "string");
      const files = [...data].some(([, value]) => value instanceof File && value.size);
      button.disabled = keep({ id: data.get("sent_id"), who: element.dataset.later, action, fields, files });
      if (!button.disabled) return;
      say("kept");
      line?.scrollIntoView();
      timer = setTimeout(sendAll, 2000);
    }
  });
}

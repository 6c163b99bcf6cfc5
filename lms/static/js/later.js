// A form [data-later] that the server does not answer is kept in the phone, with its photos, and sent when it does: on its own
// page, or on any page with the line [data-later] that the same person opens. Its sent_id makes the server count it once, however
// often it arrives. What is refused waits on its page, as it was filled in, until it is accepted.
import { forget, keep, kept, putBack } from "./kept.js";

const AGAIN = 3000; // milliseconds from one try to the next
const lines = new Map();
let line, timer, busy, filled;

// Each has a line of its own.
function say(item, state, address) {
  if (!line) return;
  let own = lines.get(item.id);
  if (!own?.isConnected) {
    lines.set(item.id, own = line.cloneNode(true));
    own.removeAttribute("data-later");
    line.after(own);
  }
  own.querySelector("span").textContent = line.dataset[state];
  const link = own.querySelector("a");
  link.hidden = !address;
  if (address) link.href = address;
  own.hidden = false;
  return own;
}

function sayRefused(item) {
  const form = document.querySelector("form[data-later]"), here = form?.elements.sent_id.value === item.id;
  if (here) form.querySelector("[type=submit]").disabled = false;
  say(item, "refused", !here && item.action);
}

// body: of a form, nothing to read its page. Photos may take as long as they need.
async function ask(address, body) {
  const photos = body && [...body.values()].some((value) => value instanceof File);
  const signal = photos ? undefined : AbortSignal.timeout?.(15000);
  const response = await fetch(address, { method: body && "POST", body, headers: { "X-Later": "1" }, signal });
  if (response.status >= 500 || response.status === 429) throw new Error(response.status);
  return response;
}

async function read(answer, selector) {
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(selector);
}

async function send(item) {
  // Whoever is signed in now has a token of their own, and need not be who wrote it.
  const form = await read(await ask(item.action), "form[data-later]");
  if (form?.dataset.later !== item.who) return say(item, "other");
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  body.set("csrf_token", form.elements.csrf_token.value);
  const answer = await ask(item.action, body);
  if (answer.redirected) return say(item, "other");
  if (answer.status === 201) {
    await forget(item);
    return say(item, "sent", answer.headers.get("Content-Location"));
  }
  await keep({ ...item, refused: true });
  sayRefused(item);
}

async function sendAll() {
  clearTimeout(timer);
  if (busy) return;
  busy = true;
  const items = await kept();
  await filled; // what was refused is on its form by then
  for (const item of items) {
    if (item.refused) {
      if (item.who === line?.dataset.later) sayRefused(item);
      continue;
    }
    try {
      await send(item);
    } catch {
      say(item, "kept");
      timer = setTimeout(sendAll, AGAIN);
      break;
    }
  }
  busy = false;
}

// What was refused is on the form again.
async function fill(form) {
  const item = (await kept()).find((one) => one.refused && one.who === form.dataset.later && one.action === form.getAttribute("action"));
  if (!item) return;
  putBack(item, form);
  form.elements.sent_id.value = item.id;
}

export function bind(element) {
  if (element.tagName !== "FORM") {
    if (!line) addEventListener("online", sendAll);
    line = element;
    return sendAll();
  }
  filled = fill(element);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = element.querySelector("[type=submit]"), data = new FormData(element), action = element.getAttribute("action");
    const fields = [...data].filter(([, value]) => typeof value === "string" || value.size); // where nothing was chosen is a file too
    const item = { id: data.get("sent_id"), who: element.dataset.later, action, fields };
    button.disabled = true;
    try {
      const answer = await ask(action, data);
      if (answer.status === 201) {
        await forget(item);
        return location.assign(answer.headers.get("Content-Location"));
      }
      const main = answer.status === 422 ? await read(answer, "main") : null;
      if (!main?.querySelector("form")) throw new Error(answer.status);
      if ((await kept()).some((one) => one.id === item.id)) await keep({ ...item, refused: true });
      document.querySelector("main").replaceWith(main);
      for (const again of main.querySelectorAll("form[data-later]")) putBack(item, again); // no answer brings photos back
      document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: main } }));
      scrollTo(0, 0);
    } catch {
      button.disabled = await keep(item);
      if (!button.disabled) return;
      say(item, "kept")?.scrollIntoView();
      timer = setTimeout(sendAll, AGAIN);
    }
  });
}

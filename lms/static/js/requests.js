// What htmx sends carries the form token; what goes wrong with it is said in a line that goes away again. What is typed is not
// sent where nobody is signed in any more, or without a network: it stays on the page, and so do chosen files.
const toasts = document.getElementById("toasts");
const STALE = 120_000; // milliseconds: a page that has been open for longer asks whether its sign-in and its token are still good
let asked = Date.now();
const said = document.createElement("p"); // the one line this script says; others come from the server

function say(text, kind = "") {
  if (!toasts || !text) return;
  said.className = `toast-line ${kind}`;
  said.textContent = text;
  toasts.append(said);
}

function sayOut(text = toasts?.dataset.out) {
  asked = 0;
  say(text, "bad");
  said.append(" ", Object.assign(document.createElement("a"), { href: toasts?.dataset.door, target: "_blank", textContent: toasts?.dataset.enter }));
}

// Of a token all but when it was made. That of the same session stays as it came: the minutes at a form are counted from then.
const signed = (token) => token.split(".").slice(0, -2).join(".");

// Whether this page can still be read by whoever opened it; then its forms have a token that is good. Nothing typed by one is sent in the
// name of another, who has signed in with this browser meanwhile.
async function isIn() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout?.(15000) });
  if (answer.redirected && new URL(answer.url).pathname === toasts?.dataset.door) return sayOut();
  const select = (page) => page.querySelector("meta[name=csrf-token]"), page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = select(page), token = now?.content, ours = select(document);
  if (now && ours?.dataset.who && now.dataset.who !== ours.dataset.who) return sayOut(toasts?.dataset.other);
  if (token && ours && signed(token) !== signed(ours.content)) for (const field of [ours, ...document.querySelectorAll("input[name=csrf_token]")]) field[field === ours ? "content" : "value"] = token;
  said.remove();
  return (asked = Date.now());
}

// The button that was pressed, or the same anew: a part of the page that came meanwhile may have brought it.
function own(form, button) {
  if (!button || button.form === form) return button;
  const is = (one) => one.type === "submit" && one.name === button.name && one.value === button.value && one.formAction === button.formAction;
  const found = [...form.elements].find(is);
  if (!found) throw new Error(); // without it the form would do something else
  return found;
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event, online = navigator.onLine;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.dataset.quiz || (online && Date.now() - asked < STALE)) return;
  event.preventDefault();
  try {
    if (!online) throw new Error();
    if (await isIn()) form.requestSubmit(own(form, submitter));
  } catch {
    say(toasts?.dataset.held, "bad");
  }
});
addEventListener("focus", () => asked || isIn().catch(() => {}));

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]"); // a page of a claim has none
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});
// That something was not handed in is not covered by what matters less.
document.addEventListener("htmx:sendError", () => (said.isConnected && said.matches(".bad")) || say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401) return sayOut();
  // web/_problem.html carries the sentence of a Problem; anything else is a fault of ours.
  const problem = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("body > .note");
  say(problem?.textContent || toasts?.dataset.error, "bad");
  setTimeout(() => said.remove(), 10000);
});
document.addEventListener("htmx:afterOnLoad", () => said.matches(".bad") || said.remove());

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

// Whether this page can still be read by whoever opened it; then its forms have the token of now. Nothing typed by one is sent in the
// name of another, who has signed in with this browser meanwhile.
async function isIn() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout?.(15000) });
  if (answer.redirected && new URL(answer.url).pathname === toasts?.dataset.door) return sayOut();
  const select = (page) => page.querySelector("meta[name=csrf-token]"), page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = select(page), token = now?.content, ours = select(document);
  if (now && ours?.dataset.who && now.dataset.who !== ours.dataset.who) return sayOut(toasts?.dataset.other);
  if (token && ours) for (const field of [ours, ...document.querySelectorAll("input[name=csrf_token]")]) field[field === ours ? "content" : "value"] = token;
  said.remove();
  return (asked = Date.now());
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event, online = navigator.onLine;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.dataset.quiz || (online && Date.now() - asked < STALE)) return;
  event.preventDefault();
  try {
    if (!online) throw new Error();
    if (await isIn()) form.requestSubmit(submitter);
  } catch {
    say(toasts?.dataset.held);
  }
});
addEventListener("focus", () => asked || isIn().catch(() => {}));

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]"); // a page of a claim has none
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});
document.addEventListener("htmx:sendError", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401) return sayOut();
  // web/_problem.html carries the sentence of a Problem; anything else is a fault of ours.
  const problem = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("body > .note");
  say(problem?.textContent || toasts?.dataset.error, "bad");
  setTimeout(() => said.remove(), 10000);
});
document.addEventListener("htmx:afterOnLoad", () => said.matches(".bad") || said.remove());

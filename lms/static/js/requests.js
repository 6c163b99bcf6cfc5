// What htmx sends carries the form token; what goes wrong with it is said in a line that goes away again.
const toasts = document.getElementById("toasts");
const said = document.createElement("p"); // the one line this script says; others come from the server

function say(text, kind = "") {
  if (!toasts || !text) return;
  said.className = `toast-line ${kind}`;
  said.textContent = text;
  toasts.append(said);
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]"); // a page of a claim has none
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});
document.addEventListener("htmx:sendError", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  // web/_problem.html carries the sentence of a Problem; anything else is a fault of ours.
  const problem = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("body > .note");
  say(problem?.textContent || toasts?.dataset.error, "bad");
  setTimeout(() => said.remove(), 10000);
});
document.addEventListener("htmx:afterOnLoad", () => said.matches(".bad") || said.remove());

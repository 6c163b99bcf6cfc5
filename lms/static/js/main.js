// Binds each behaviour to the elements that ask for it by a data- attribute, now and after every htmx swap.
// A page without the attribute never fetches the module. Most modules bear the name of their attribute.
const BEHAVIOURS = {
  "[data-uploads]": "upload.js",
  "[data-cards]": "tables.js",
  "[data-warn-leave]": "leave.js",
  "[data-fullscreen], [data-wake], [data-back]": "screen.js",
};
for (const name of "drop photos ring countdown quiz pager places popover board sheet keep print speech away".split(" ")) BEHAVIOURS[`[data-${name}]`] = `${name}.js`;
const bound = new WeakMap();
const toasts = document.getElementById("toasts");
const said = document.createElement("p"); // the one line this script says; others come from the server

async function bind(root) {
  for (const [selector, file] of Object.entries(BEHAVIOURS)) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    if (!found.length) continue;
    const behaviour = await import(`./${file}`).catch(() => {});
    if (!behaviour) continue; // the network went: what has come goes on, the rest comes with the next page
    for (const element of found) {
      const done = bound.get(element) ?? new Set();
      if (done.has(file)) continue;
      bound.set(element, done.add(file));
      behaviour.bind(element);
    }
  }
}

function say(text, kind = "") {
  if (!toasts || !text) return;
  said.className = `toast-line ${kind}`;
  said.textContent = text;
  toasts.append(said);
}

document.documentElement.classList.add("js");
bind(document.body);

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});
document.addEventListener("htmx:afterSettle", (event) => bind(event.detail.elt));
document.addEventListener("htmx:sendError", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  // web/_problem.html carries the sentence of a Problem; anything else is a fault of ours.
  const problem = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("body > .note");
  say(problem?.textContent || toasts?.dataset.error, "bad");
  setTimeout(() => said.remove(), 10000);
});
document.addEventListener("htmx:afterOnLoad", () => said.matches(".bad") || said.remove());

// Binds each behaviour to the elements that ask for it by a data- attribute, now and after every htmx swap.
// A page without the attribute never fetches the module.
const BEHAVIOURS = {
  "[data-drop]": "drop.js",
  "[data-ring]": "ring.js",
  "[data-countdown]": "countdown.js",
  "[data-quiz]": "quiz.js",
  "[data-pager]": "pager.js",
  "[data-cards]": "tables.js",
  "[data-popover]": "popover.js",
  "[data-warn-leave]": "leave.js",
  "[data-seconds-ago]": "ago.js",
  "[data-fullscreen], [data-wake], [data-back]": "screen.js",
};
const bound = new WeakMap();

async function bind(root) {
  for (const [selector, file] of Object.entries(BEHAVIOURS)) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    if (!found.length) continue;
    const behaviour = await import(`./${file}`);
    for (const element of found) {
      const done = bound.get(element) ?? new Set();
      if (done.has(file)) continue;
      bound.set(element, done.add(file));
      behaviour.bind(element);
    }
  }
}

function say(text, kind = "") {
  const toasts = document.getElementById("toasts");
  if (!toasts || !text || toasts.textContent === text) return;
  const line = document.createElement("p");
  line.className = `toast-line ${kind}`;
  line.textContent = text;
  toasts.replaceChildren(line);
}

document.documentElement.classList.add("js");
bind(document.body);

const toasts = document.getElementById("toasts");
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = document.querySelector("meta[name=csrf-token]").content;
});
document.addEventListener("htmx:afterSettle", (event) => bind(event.detail.elt));
document.addEventListener("htmx:sendError", () => say(toasts?.dataset.offline));
document.addEventListener("htmx:responseError", () => say(toasts?.dataset.error, "bad"));
document.addEventListener("htmx:afterOnLoad", (event) => event.detail.successful !== false && toasts?.replaceChildren());

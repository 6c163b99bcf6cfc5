import "./requests.js";

// Binds each behaviour to the elements that ask for it by a data- attribute, now and after every htmx swap.
// A page without the attribute never fetches the module. Most modules bear the name of their attribute.
const NAMED = ["arrows", "away", "board", "countdown", "drop", "either", "keep", "later", "lti", "need", "pager", "passkey", "pen", "photos", "places", "popover", "print", "quiz", "ring", "sheet", "shots", "signed", "speech", "tally", "ticks"];
const BEHAVIOURS = {
  "[data-uploads]": "upload.js",
  "[data-cards]": "tables.js",
  "[data-warn-leave]": "leave.js",
  "[data-fullscreen], [data-wake], [data-back]": "screen.js",
};
for (const name of NAMED) BEHAVIOURS[`[data-${name}]`] = `${name}.js`;
const bound = new WeakMap();

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

document.documentElement.classList.add("js");
// A page that is the answer to a form can be read again where its link says; a reload then asks, and does not send the form anew.
const again = document.querySelector("link[rel=canonical]");
if (again) history.replaceState(history.state, "", again.getAttribute("href") + location.hash);
bind(document.body);
document.addEventListener("htmx:afterSettle", (event) => bind(event.detail.elt));

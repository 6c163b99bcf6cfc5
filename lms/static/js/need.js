// What the browser cannot ask for itself, within groups that are folded: a form without it does not leave, nor is it kept for later,
// for the server may be far away. The element tells what is missing; data-need: the name of the field.
export function bind(told) {
  const form = told.closest("form");
  // On its way down to the form: at the form itself older web views run what was bound first, whether or not it asks to capture.
  form.parentNode.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    told.hidden = new FormData(form).has(told.dataset.need);
    if (told.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    told.scrollIntoView({ block: "center" });
  }, true);
}

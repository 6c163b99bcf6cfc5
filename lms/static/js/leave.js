// Asks before a form with changes is left; handing it in does not ask.
export function bind(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => changed && form.isConnected && event.preventDefault());
}

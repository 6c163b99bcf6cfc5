// A button that prints the page it is on.
export function bind(button) {
  button.addEventListener("click", () => window.print());
}

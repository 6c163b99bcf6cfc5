// A button that ticks every box of its group, and when all are ticked clears them.
export function bind(button) {
  const boxes = [...button.closest("fieldset").querySelectorAll("input[type=checkbox]")];
  button.addEventListener("click", () => {
    const ticked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = ticked;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
  button.hidden = false; // not before it does something
}

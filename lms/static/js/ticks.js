// One box for all boxes of a list that belong to a form, or of its own group, and how many of them are ticked. Hidden until it works.
// What the button of the form does not do to a box says the box itself (data-rest): the button does not count it.
export function bind(label) {
  const all = label.querySelector("input"), told = label.querySelector("output");
  const form = label.dataset.ticks, group = form ? document : label.closest("fieldset");
  const boxes = [...group.querySelectorAll(`input[type=checkbox]${form ? `[form="${form}"]` : ""}`)].filter((box) => box !== all);
  if (!boxes.length) return;
  const button = form && document.querySelector(`#${form} [data-ticked]`), idle = button?.textContent; // says how many it is about
  const none = form ? document.querySelector(`#${form} [data-unticked]`) : null;
  function tell() {
    const ticked = boxes.filter((box) => box.checked), number = ticked.length;
    const rest = ticked.filter((box) => "rest" in box.dataset).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && !all.checked;
    told.textContent = number ? label.dataset.told.replace("{n}", number) : "";
    if (rest) told.textContent += label.dataset.rest.replace("{n}", rest);
    if (none) none.hidden = !number;
    if (button) button.textContent = number ? button.dataset.ticked.replace("{n}", number - rest) : idle;
  }
  function tick(checked) {
    for (const box of boxes) box.checked = checked;
    tell();
  }
  all.addEventListener("change", () => tick(all.checked));
  none?.addEventListener("click", () => tick(false));
  for (const box of boxes) box.addEventListener("change", tell);
  label.hidden = false;
  tell();
}

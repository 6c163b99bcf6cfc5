// One box for all boxes of a list that belong to a form, or of its own group, and how many of them are ticked. Hidden until it works.
export function bind(label) {
  const all = label.querySelector("input"), told = label.querySelector("output");
  const form = label.dataset.ticks, group = form ? document : label.closest("fieldset");
  const boxes = [...group.querySelectorAll(`input[type=checkbox]${form ? `[form="${form}"]` : ""}`)].filter((box) => box !== all);
  if (!boxes.length) return;
  const button = form && document.querySelector(`#${form} [data-ticked]`), idle = button?.textContent; // says how many it is about
  function tell() {
    const number = boxes.filter((box) => box.checked).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && !all.checked;
    told.textContent = number ? label.dataset.told.replace("{n}", number) : "";
    if (button) button.textContent = number ? button.dataset.ticked.replace("{n}", number) : idle;
  }
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  label.hidden = false;
  tell();
}

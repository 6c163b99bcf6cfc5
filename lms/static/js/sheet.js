// Keying in a paper sheet: what is typed ticks the boxes, arrow keys walk down a column, and the foot counts.
export function bind(form) {
  const boxes = (column) => [...form.querySelectorAll(`input[type=checkbox][name=${column}]`)];
  const count = form.querySelector("[data-sheet-count]");

  function tell() {
    const ticked = (column) => boxes(column).filter((box) => box.checked).length;
    count.textContent = count.dataset.words.replace("{in}", ticked("in")).replace("{out}", ticked("out"));
  }
  function typed(field, column) {
    const lines = new Set();
    for (const part of field.value.toUpperCase().replace(/\s*[-–—~～至到]\s*/g, "-").split(/[\s,，、;；.。]+/)) {
      const found = /^0*(\d+)[A-Z]?(?:-0*(\d+)[A-Z]?)?$/.exec(part);
      if (!found) continue;
      const last = Math.min(Number(found[2] || found[1]), 9999);
      for (let line = Number(found[1]); line <= last; line++) lines.add(String(line));
    }
    for (const box of boxes(column)) {
      if (box.checked === lines.has(box.value)) continue;
      if (lines.has(box.value) || box.dataset.typed) box.checked = lines.has(box.value);
      box.dataset.typed = lines.has(box.value) ? "1" : "";
    }
    tell();
  }
  for (const column of ["in", "out"]) {
    const field = form.querySelector(`[name=typed_${column}]`);
    field.addEventListener("input", () => typed(field, column));
  }
  form.addEventListener("change", tell);
  form.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches("input[type=checkbox]")) return;
    event.preventDefault();
    const column = boxes(event.target.name);
    column[column.indexOf(event.target) + step]?.focus();
  });
  tell();
}

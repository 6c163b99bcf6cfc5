// Arrow keys go from cell to cell of a matrix, over what is empty; Home and End to the ends of its row.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function bind(table) {
  const rows = [...table.tBodies[0].rows];
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    let row = rows.indexOf(cell.parentElement), column = cell.cellIndex, found;
    if (event.key === "Home" || event.key === "End") {
      const links = rows[row].querySelectorAll("td a");
      found = links[event.key === "Home" ? 0 : links.length - 1];
    } else if (STEPS[event.key]) {
      const [down, across] = STEPS[event.key];
      do {
        row += down;
        column += across;
        found = rows[row]?.cells[column]?.querySelector("a");
      } while (!found && rows[row]?.cells[column]);
    }
    if (!found) return;
    event.preventDefault();
    found.focus();
  });
}

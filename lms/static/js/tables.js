// Names each cell by its column, for the narrow layout where a row is a card.
export function bind(table) {
  const headings = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, i) => {
      if (cell.colSpan === 1 && cell.dataset.label === undefined && cell.tagName === "TD" && i > 0) cell.dataset.label = headings[i] ?? "";
    });
  }
}

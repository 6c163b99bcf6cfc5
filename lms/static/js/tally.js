// [data-tally]: how many of the boxes that count in its group are ticked, in the words of data-told.
export function bind(told) {
  const group = told.closest("fieldset");
  const tell = () => (told.textContent = told.dataset.told.replace("{n}", group.querySelectorAll("[data-counts]:checked").length));
  group.addEventListener("change", tell);
  tell();
}

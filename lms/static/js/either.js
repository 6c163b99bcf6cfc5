// A box that says "none of these" beside the boxes it denies: ticking one takes the other out. data-either: the name of that box.
export function bind(group) {
  const none = group.querySelector(`[name="${group.dataset.either}"]`);
  group.addEventListener("change", ({ target }) => {
    if (!none || !target.checked) return;
    if (target !== none) none.checked = false;
    else for (const box of group.querySelectorAll("input[type=checkbox]")) box.checked = box === none;
  });
}

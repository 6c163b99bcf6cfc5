// Shows one [data-page] at a time, with [data-pager-prev], -next, -go and -last (shown on the last page).
// [data-pager-todo]: one per question in their order, shown while that question has no answer; its link is the page's number.
// A page's [data-pager-go] is done once its answer is saved.
// Without it all pages stand one below the other.
export function bind(box) {
  const all = (selector) => [...box.querySelectorAll(selector)];
  const pages = all("[data-page]");
  const goes = all("[data-pager-go]");
  const todos = all("[data-pager-todo]");
  let here = 0;

  function show(index, focus) {
    here = Math.min(Math.max(index, 0), pages.length - 1);
    const last = here === pages.length - 1;
    pages.forEach((page, i) => (page.hidden = i !== here));
    goes.forEach((go, i) => (i === here ? go.setAttribute("aria-current", "true") : go.removeAttribute("aria-current")));
    for (const button of all("[data-pager-prev]")) button.disabled = here === 0;
    for (const button of all("[data-pager-next]")) button.hidden = last;
    for (const part of all("[data-pager-last]")) part.hidden = !last;
    pages[here].dispatchEvent(new CustomEvent("page-shown", { bubbles: true, detail: focus }));
    history.replaceState(history.state, "", `#${here + 1}`); // a reload comes back to the same question
    if (focus) pages[here].querySelector("[tabindex], input")?.focus();
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pager-prev], [data-pager-next], [data-pager-go]");
    if (!button) return;
    show("pagerGo" in button.dataset ? goes.indexOf(button) : here + ("pagerNext" in button.dataset ? 1 : -1), true);
  });
  const at = (event) => pages.findIndex((page) => page.contains(event.target));
  box.addEventListener("answered", (event) => {
    const todo = todos[at(event)];
    if (todo) todo.hidden = event.detail;
  });
  box.addEventListener("saved", (event) => goes[at(event)]?.classList.toggle("done", event.detail));
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0, true));
  show(Number(location.hash.slice(1)) - 1 || 0);
}

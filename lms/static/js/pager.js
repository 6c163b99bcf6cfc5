// Shows one [data-page] at a time, with [data-pager-prev], [data-pager-next], [data-pager-go=n] and [data-pager-here]. Without it all pages stand one below the other.
export function bind(box) {
  const pages = [...box.querySelectorAll("[data-page]")];
  const goes = [...box.querySelectorAll("[data-pager-go]")];
  const key = `anke-page ${location.pathname}`;
  let here = 0;

  function show(index, focus = true) {
    here = Math.min(Math.max(index, 0), pages.length - 1);
    pages.forEach((page, i) => (page.hidden = i !== here));
    goes.forEach((go, i) => (i === here ? go.setAttribute("aria-current", "true") : go.removeAttribute("aria-current")));
    for (const text of box.querySelectorAll("[data-pager-here]")) text.textContent = here + 1;
    for (const button of box.querySelectorAll("[data-pager-prev]")) button.disabled = here === 0;
    for (const button of box.querySelectorAll("[data-pager-next]")) button.hidden = here === pages.length - 1;
    for (const last of box.querySelectorAll("[data-pager-last]")) last.hidden = here !== pages.length - 1;
    try {
      sessionStorage.setItem(key, here);
    } catch {
      // Only the place would be lost.
    }
    if (focus) (pages[here].querySelector("legend, h2, .stem") ?? pages[here]).focus?.();
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pager-prev], [data-pager-next], [data-pager-go]");
    if (!button) return;
    if ("pagerGo" in button.dataset) show(goes.indexOf(button));
    else show(here + ("pagerNext" in button.dataset ? 1 : -1));
  });
  box.addEventListener("answered", (event) => {
    goes[pages.findIndex((page) => page.contains(event.target))]?.classList.toggle("done", event.detail);
  });
  let start = 0;
  try {
    start = Number(sessionStorage.getItem(key)) || 0;
  } catch {
    // As above.
  }
  show(start, false);
}

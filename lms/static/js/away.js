// Tells the server how long the page was out of sight, once it is back: a note for the trainer, nothing else follows from it.
// The element holds data-away (where to) and stands in a page with a form token.
export function bind(element) {
  let since;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      since = Date.now();
      return;
    }
    if (!since) return;
    const body = new URLSearchParams({ seconds: Math.round((Date.now() - since) / 1000), csrf_token: document.querySelector("meta[name=csrf-token]").content });
    since = undefined;
    fetch(element.dataset.away, { method: "POST", body }).catch(() => {});
  });
}

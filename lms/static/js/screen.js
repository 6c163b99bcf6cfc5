// Full screen, a screen that stays awake, and the way back.
export function bind(element) {
  const { dataset } = element;
  if ("back" in dataset) element.addEventListener("click", () => history.back());
  if ("fullscreen" in dataset) {
    element.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.()));
  }
  if ("wake" in dataset) {
    const wake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", wake);
    wake();
  }
}

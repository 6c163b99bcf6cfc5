// Seconds left, as the server said when the element arrived. No wall clock is asked, so a wrong one does no harm.
export function left(element) {
  const arrived = performance.now();
  const seconds = Number(element.dataset.secondsLeft);
  return () => Math.max(0, seconds - (performance.now() - arrived) / 1000);
}

// Calls tick until it answers false or the element has left the page.
export function every(milliseconds, element, tick) {
  if (tick() === false) return;
  const timer = setInterval(() => {
    if (!element.isConnected || tick() === false) clearInterval(timer);
  }, milliseconds);
}

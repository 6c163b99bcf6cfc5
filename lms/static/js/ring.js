// The ring beside the rotating code: counts down what the server gave and says "ring-over" at zero, on which htmx fetches the next code.
import { every, left } from "./clock.js";

const AROUND = 245.04;

export function bind(ring) {
  const remaining = left(ring);
  const step = Number(ring.dataset.step);
  const arc = ring.querySelector(".done");
  const text = ring.querySelector(".big");
  every(200, ring, () => {
    const seconds = remaining();
    arc.setAttribute("stroke-dasharray", `${((AROUND * seconds) / step).toFixed(1)} ${AROUND}`);
    text.textContent = Math.ceil(seconds);
    if (seconds > 0) return true;
    ring.dispatchEvent(new CustomEvent("ring-over", { bubbles: true }));
    return false;
  });
}

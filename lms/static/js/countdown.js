// Minutes and seconds to a deadline the server keeps. At zero the named form is submitted; the server decides, not this clock.
// A "time-left" event with the server's own seconds sets it right after a phone has slept.
import { every, left } from "./clock.js";

export function bind(element) {
  let remaining = left(element);
  document.addEventListener("time-left", (event) => {
    element.dataset.secondsLeft = event.detail;
    remaining = left(element);
  });
  every(500, element, () => {
    const seconds = Math.ceil(remaining());
    element.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    element.classList.toggle("late", seconds <= 60);
    if (seconds > 0) return true;
    document.getElementById(element.dataset.submits)?.requestSubmit();
    return false;
  });
}

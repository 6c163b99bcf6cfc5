// "3 分钟前", from the server's count of seconds, kept up to date.
import { every } from "./clock.js";

const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

export function bind(element) {
  const arrived = performance.now();
  every(10000, element, () => {
    const seconds = Number(element.dataset.secondsAgo) + (performance.now() - arrived) / 1000;
    const [unit, size] = seconds < 60 ? ["second", 1] : seconds < 3600 ? ["minute", 60] : seconds < 86400 ? ["hour", 3600] : ["day", 86400];
    element.textContent = words.format(-Math.floor(seconds / size), unit);
  });
}

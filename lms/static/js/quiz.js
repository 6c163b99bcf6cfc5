// Saves every tap at once. What has not reached the server waits in this phone's storage and is sent again, also after a reload or a dead battery.
// One form per question, with fields question, choice (repeated), counter and csrf_token; they share a queue by their action.
// The server answers {"saved": counter, "seconds_left": n}; a higher counter wins, so sending twice does no harm.
const queues = new Map();

class Queue {
  constructor(action) {
    this.action = action;
    this.key = `anke-quiz ${action}`;
    this.waiting = {};
    try {
      this.waiting = JSON.parse(localStorage.getItem(this.key)) ?? {};
    } catch {
      // Storage may be forbidden (private window): answers then only live in memory until they are sent.
    }
    this.counter = Math.max(0, ...Object.values(this.waiting).map((answer) => answer.counter));
    this.failures = 0;
    addEventListener("online", () => this.send());
  }

  get empty() {
    return Object.keys(this.waiting).length === 0;
  }

  keep() {
    try {
      if (this.empty) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify(this.waiting));
    } catch {
      // As above.
    }
  }

  put(question, choices, token) {
    this.counter += 1;
    this.waiting[question] = { choices, counter: this.counter, token };
    this.keep();
    this.send();
    return this.counter;
  }

  async send() {
    if (this.busy || this.empty) return;
    this.busy = true;
    clearTimeout(this.timer);
    say("saving");
    const [question, answer] = Object.entries(this.waiting)[0];
    const body = new URLSearchParams({ question, counter: answer.counter, csrf_token: answer.token });
    for (const choice of answer.choices) body.append("choice", choice);
    let again = 0;
    try {
      const response = await fetch(this.action, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15000) });
      if (response.ok && response.headers.get("content-type")?.includes("json")) {
        const reply = await response.json();
        this.failures = 0;
        if (this.waiting[question]?.counter <= Math.max(reply.saved, answer.counter)) delete this.waiting[question];
        if (reply.seconds_left !== undefined) document.dispatchEvent(new CustomEvent("time-left", { detail: reply.seconds_left }));
        if (this.empty) say("saved");
      } else if (response.status >= 500 || response.status === 429) {
        again = this.backoff("offline");
      } else {
        // Over, signed out or out of date: sending again would not help. Closed attempts keep nothing; the rest is tried after a reload.
        if (response.status === 409 || response.status === 410) this.waiting = {};
        const reply = await response.json().catch(() => ({}));
        say("failed", reply.detail ?? reply.sentence);
        this.stopped = true;
      }
    } catch {
      again = this.backoff("offline");
    }
    this.keep();
    this.busy = false;
    if (this.stopped) return;
    if (again) this.timer = setTimeout(() => this.send(), again);
    else if (this.empty) document.dispatchEvent(new CustomEvent("quiz-saved"));
    else this.send();
  }

  backoff(state) {
    say(state);
    this.failures += 1;
    return Math.min(30000, 500 * 2 ** this.failures) * (0.75 + Math.random() / 2);
  }
}

function say(state, text) {
  for (const line of document.querySelectorAll("[data-quiz-status]")) {
    line.dataset.state = state;
    (line.querySelector("span") ?? line).textContent = text || line.dataset[state];
  }
}

function queueOf(action) {
  if (!queues.has(action)) queues.set(action, new Queue(action));
  return queues.get(action);
}

export function bind(form) {
  if (form.dataset.quiz === "finish") return hold(form);
  const queue = queueOf(form.getAttribute("action"));
  const { question, counter, csrf_token: token } = form.elements;
  const inputs = [...form.querySelectorAll("[name=choice]")];
  queue.counter = Math.max(queue.counter, Number(counter?.value || 0));
  const kept = queue.waiting[question.value];
  if (kept) {
    for (const input of inputs) input.checked = kept.choices.includes(input.value);
    kept.token = token.value;
    queue.keep();
    queueMicrotask(() => queue.send());
  }
  const done = () => form.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: inputs.some((input) => input.checked) }));
  done();
  form.addEventListener("change", () => {
    const choices = inputs.filter((input) => input.checked).map((input) => input.value);
    const now = queue.put(question.value, choices, token.value);
    if (counter) counter.value = now;
    done();
  });
  // Saved already by the tap itself: submitting by Enter must not leave the page.
  form.addEventListener("submit", (event) => event.preventDefault());
}

// Handing in waits until every tap has arrived.
function hold(form) {
  form.addEventListener("submit", (event) => {
    const open = [...queues.values()].filter((queue) => !queue.empty && !queue.stopped);
    if (!open.length) return;
    event.preventDefault();
    say("offline", document.querySelector("[data-quiz-status]")?.dataset.hold);
    document.addEventListener("quiz-saved", () => form.requestSubmit(), { once: true });
    for (const queue of open) queue.send();
  });
}

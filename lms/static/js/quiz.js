// Saves every tap at once. What has not reached the server waits in the phone's storage and is sent again, also after a reload or a dead battery.
// One form per question with question, choice (repeated), counter and csrf_token; they share a queue by their action.
// The answer is {"saved": counter, "seconds_left": n}. The higher counter wins, so sending twice does no harm.
const queues = {};

// Storage may be forbidden (private window); then answers live in memory until they are sent.
function store(key, value) {
  try {
    return value === undefined ? JSON.parse(localStorage.getItem(key)) : localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return null;
  }
}

let handingIn = false;

function say(state, text) {
  if (state === "offline" && handingIn) text = document.querySelector("[data-quiz-status]")?.dataset.hold;
  for (const line of document.querySelectorAll("[data-quiz-status]")) {
    line.dataset.state = state;
    line.querySelector("span").textContent = text || line.dataset[state];
  }
}

function queueOf(action) {
  const key = `anke-quiz ${action}`;
  const queue = { waiting: store(key) ?? {}, counter: 0, token: "", stopped: false };
  const next = () => Object.keys(queue.waiting)[0];
  let busy, failures, timer;

  async function post(question, { choices, counter }) {
    const body = new URLSearchParams({ question, counter, csrf_token: queue.token });
    for (const choice of choices) body.append("choice", choice);
    const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15000) });
    if (response.status >= 500 || response.status === 429) throw new Error(response.status);
    const reply = await response.json().catch(() => ({}));
    if (response.ok && "saved" in reply) {
      if (queue.waiting[question].counter <= counter) delete queue.waiting[question];
      if ("seconds_left" in reply) document.dispatchEvent(new CustomEvent("time-left", { detail: reply.seconds_left }));
      return;
    }
    // Over, signed out or out of date: sending again would not help. A closed attempt keeps nothing; the rest is tried after a reload.
    queue.stopped = true;
    if (response.status === 409 || response.status === 410) queue.waiting = {};
    say("failed", reply.detail);
  }

  queue.open = () => next() !== undefined && !queue.stopped;
  queue.send = async () => {
    if (busy || !queue.open()) return;
    busy = true;
    clearTimeout(timer);
    if (!failures) say("saving");
    try {
      while (queue.open()) {
        await post(next(), queue.waiting[next()]);
        failures = 0;
        store(key, queue.waiting);
      }
      if (!queue.stopped) {
        say("saved");
        document.dispatchEvent(new Event("quiz-saved"));
      }
    } catch {
      say("offline");
      failures = (failures || 0) + 1;
      timer = setTimeout(queue.send, Math.min(30000, 500 * 2 ** failures) * (0.75 + Math.random() / 2));
    }
    busy = false;
  };
  queue.put = (question, choices) => {
    queue.waiting[question] = { choices, counter: ++queue.counter };
    store(key, queue.waiting);
    queue.send();
  };
  addEventListener("online", queue.send);
  return queue;
}

export function bind(form) {
  if (form.dataset.quiz === "finish") return hold(form);
  const action = form.getAttribute("action");
  const queue = (queues[action] ??= queueOf(action));
  const { question, counter, csrf_token } = form.elements;
  const inputs = [...form.querySelectorAll("[name=choice]")];
  const typed = (input) => input.type === "text" || input.type === "textarea"; // texts go in their order, empty ones too
  const listed = (input) => input.tagName === "SELECT";
  const chosen = () =>
    inputs.some(typed)
      ? inputs.some((input) => input.value.trim()) ? inputs.map((input) => input.value) : []
      : inputs.filter((input) => (listed(input) ? input.value : input.checked)).map((input) => input.value);
  function put(input, at, choices) {
    if (typed(input)) input.value = choices[at] ?? "";
    else if (listed(input)) input.value = [...input.options].map((option) => option.value).find((value) => value && choices.includes(value)) ?? "";
    else input.checked = choices.includes(input.value);
  }
  const changed = (input) =>
    typed(input) ? input.value !== input.defaultValue
      : listed(input) ? input.value !== ([...input.options].find((option) => option.defaultSelected)?.value ?? "")
      : input.checked !== input.defaultChecked;
  const tell = () => form.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: chosen().length > 0 }));
  const kept = queue.waiting[question.value];
  queue.token = csrf_token.value;
  queue.counter = Math.max(queue.counter, Number(counter.value), kept?.counter ?? 0);
  if (kept) inputs.forEach((input, at) => put(input, at, kept.choices));
  // A tap made before this script had arrived is a tap all the same.
  const early = inputs.some(changed);
  setTimeout(() => (!kept && early && queue.put(question.value, chosen()), queue.send(), tell()));
  let pause;
  const keep = () => (clearTimeout(pause), queue.put(question.value, chosen()), tell());
  form.addEventListener("change", keep);
  // A text reports a change only when it is left: what stands there after a pause is kept as well, should the phone die on it.
  form.addEventListener("input", (event) => typed(event.target) && (clearTimeout(pause), (pause = setTimeout(keep, 800))));
  // The tap itself has saved: Enter must not leave the page.
  form.addEventListener("submit", (event) => event.preventDefault());
}

// Handing in waits until every tap has arrived.
function hold(form) {
  form.addEventListener("submit", (event) => {
    const open = Object.values(queues).filter((queue) => queue.open());
    if (!open.length) return;
    event.preventDefault();
    document.addEventListener("quiz-saved", () => form.requestSubmit(), { once: true });
    handingIn = true;
    say("offline");
    for (const queue of open) queue.send();
  });
}

// What was tapped in a quiz and has not reached the server waits in the phone's storage and is sent again, also after a reload or a dead battery.
// All windows of a phone share what waits, and one counter: the higher one wins, so sending twice does no harm.
// The server answers {"saved": counter, "seconds_left": n}, or {"detail": why it took nothing}.
const memory = {}; // storage may be forbidden (a private window) or full
let forbidden = false;

function read(key, without) {
  try {
    if (!forbidden) return JSON.parse(localStorage.getItem(key)) ?? without;
  } catch {
    forbidden = true;
  }
  return memory[key] ?? without;
}

function write(key, value) {
  memory[key] = value;
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    forbidden = true;
  }
}

// action: where taps are sent. say(state, text): tells whoever looks. saved(question, choices): has arrived. settled(): nothing is on its way.
export function tapsTo(action, say, saved, settled) {
  const key = `anke-quiz ${action}`;
  const taps = { token: "" };
  const waiting = () => read(key, {});
  const next = () => Object.entries(waiting()).find(([, tap]) => !tap.refused);
  let stopped, busy, failures = 0, timer, wrong;

  async function post(question, { choices, counter }) {
    const body = new URLSearchParams({ question, counter, csrf_token: taps.token });
    for (const choice of choices) body.append("choice", choice);
    const response = await fetch(action, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(15000) });
    if (response.status >= 500 || response.status === 429) throw new Error(response.status);
    const reply = await response.json().catch(() => ({}));
    const left = waiting(), newer = left[question]?.counter > counter;
    if (response.ok && "saved" in reply) {
      if (!newer) delete left[question];
      taps.count(reply.saved);
      write(key, left);
      if ("seconds_left" in reply) document.dispatchEvent(new CustomEvent("time-left", { detail: reply.seconds_left }));
      if (!newer) saved(question, choices);
      return;
    }
    wrong = reply.detail;
    if (response.status === 422) {
      // This one is not taken as it is: it stays where it is, and the others go on.
      if (!newer && left[question]) left[question].refused = reply.detail || " ";
      return write(key, left);
    }
    // Over, signed out or out of date: sending again would not help. A closed attempt keeps nothing; else it is tried after a reload.
    stopped = true;
    if (response.status === 409 || response.status === 410) write(key, {});
  }

  taps.kept = (question) => waiting()[question];
  taps.count = (counter) => counter > read(`${key} n`, 0) && write(`${key} n`, counter);
  taps.open = () => !stopped && next() !== undefined;
  taps.send = async () => {
    if (busy || !taps.open()) return;
    busy = true;
    clearTimeout(timer);
    if (!failures) say("saving");
    try {
      for (wrong = undefined; taps.open(); failures = 0) await post(...next());
      if (stopped || Object.keys(waiting()).length) say("failed", wrong);
      else say("saved");
      settled();
    } catch {
      say("offline");
      timer = setTimeout(taps.send, Math.min(30000, 500 * 2 ** ++failures) * (0.75 + Math.random() / 2));
    }
    busy = false;
  };
  taps.put = (question, choices) => {
    const counter = read(`${key} n`, 0) + 1;
    taps.count(counter);
    write(key, { ...waiting(), [question]: { choices, counter } });
    taps.send();
  };
  addEventListener("online", taps.send);
  return taps;
}

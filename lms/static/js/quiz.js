// Saves every tap at once, by taps.js. One form per question with question, choice (repeated), counter and csrf_token; they share
// what waits by their action. What each offers for no script ([data-ready] hides it) stays until this script is there.
import { tapsTo } from "./taps.js";

const sent = {}; // by action
let handingIn;

const line = () => document.querySelector("[data-quiz-status]")?.dataset ?? {};
const forms = () => [...document.querySelectorAll("form[data-quiz]")].filter((form) => form.elements.question);
const typed = (input) => input.type === "text" || input.type === "textarea"; // texts go in their order, empty ones too
const listed = (input) => input.tagName === "SELECT";

function say(state, text) {
  if (state === "offline" && handingIn) text = line().hold;
  for (const box of document.querySelectorAll("[data-quiz-status]")) {
    box.dataset.state = state;
    box.querySelector("span").textContent = text || box.dataset[state];
  }
}

function saved(question, choices) {
  for (const form of forms()) if (form.elements.question.value === question) form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: choices.length > 0 }));
}

function settled() {
  const form = handingIn;
  handingIn = undefined;
  form?.requestSubmit();
}

export function bind(form) {
  if (form.dataset.quiz === "finish") return hold(form);
  const action = form.getAttribute("action");
  if (!sent[action]) {
    sent[action] = tapsTo(action, say, saved, settled);
    say("ready");
  }
  const taps = sent[action], { question, counter, csrf_token } = form.elements;
  const inputs = [...form.querySelectorAll("[name=choice]")];
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
  const kept = taps.kept(question.value);
  taps.token = csrf_token.value;
  taps.count(Number(counter.value));
  if (kept) inputs.forEach((input, at) => put(input, at, kept.choices));
  if (kept?.refused) say("failed", kept.refused);
  // A tap made before this script had arrived is a tap all the same.
  const early = inputs.some(changed);
  setTimeout(() => (!kept && early && taps.put(question.value, chosen()), taps.send(), tell()));
  let pause;
  const keep = () => (clearTimeout(pause), taps.put(question.value, chosen()), tell());
  form.addEventListener("change", keep);
  // A text reports a change only when it is left: what stands there after a pause is kept as well, should the phone die on it.
  form.addEventListener("input", (event) => typed(event.target) && (clearTimeout(pause), (pause = setTimeout(keep, 800))));
  // The tap itself has saved: Enter must not leave the page.
  form.addEventListener("submit", (event) => event.preventDefault());
  form.dataset.ready = "";
}

// Handing in waits until every tap has arrived. What the server did not take is told first; a second press hands in without it.
function hold(form) {
  let told = "";
  if (form.elements.unsure) form.elements.unsure.disabled = true;
  form.addEventListener("submit", (event) => {
    const all = Object.values(sent), open = all.filter((taps) => taps.open());
    const left = forms().map(({ elements }, at) => all.some((taps) => taps.kept(elements.question.value)) && at + 1).filter(Boolean).join(", ");
    if (!open.length && left === told) return;
    event.preventDefault();
    if (!open.length) return say("failed", (line().left ?? "").replace("{n}", (told = left)));
    handingIn = form;
    say("offline");
    for (const taps of open) taps.send();
  });
}

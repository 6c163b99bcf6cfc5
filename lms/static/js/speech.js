// Reads a question aloud with the phone's own voice; nothing leaves the phone. [data-speech] holds the button of its form;
// with "auto" each question is read when it is turned to. A choice that is made is said once more, so that ears are enough.
const voice = window.speechSynthesis;

function speak(texts, language) {
  voice.cancel();
  for (const text of texts.filter(Boolean)) {
    const told = new SpeechSynthesisUtterance(text);
    told.lang = language;
    voice.speak(told);
  }
}

const wordsOf = (element) => element?.textContent.replace(/_{2,}/g, "…").replace(/\s+/g, " ").trim();

// The letter on the screen, then the text.
function choiceOf(label) {
  const letter = label.querySelector("b");
  return [wordsOf(letter), wordsOf(label.querySelector("span"))].filter(Boolean).join("，");
}

function partsOf(form) {
  const box = form.querySelector("fieldset");
  const hints = [...box.querySelectorAll(".hint:not([data-silent])")].map(wordsOf);
  const picture = box.querySelector("img")?.alt;
  return [wordsOf(form.querySelector(".quiz-top")), wordsOf(box.querySelector("legend")), picture, ...hints, ...[...box.querySelectorAll(".opt")].map(choiceOf)];
}

function saidOf(input, yes) {
  if (input.tagName === "SELECT") return [choiceOf(input.closest("label")), input.options[input.selectedIndex].text];
  if (input.type === "text" || input.type === "textarea") return [input.value];
  return [(input.checked ? `${yes}：` : "") + choiceOf(input.closest("label"))];
}

export function bind(line) {
  if (!voice || !window.SpeechSynthesisUtterance) {
    line.hidden = true;
    return;
  }
  const form = line.closest("form");
  const language = () => form.querySelector("fieldset").lang || "zh-CN";
  line.querySelector("button").addEventListener("click", () => speak(partsOf(form), language()));
  form.addEventListener("change", (event) => line.dataset.speech === "auto" && speak(saidOf(event.target, line.dataset.yes), language()));
  form.addEventListener("page-shown", (event) => line.dataset.speech === "auto" && event.detail && speak(partsOf(form), language()));
}

// Sends photos as soon as they are taken or chosen: on a phone nobody looks for a second button.
export function bind(form) {
  const say = form.querySelector("[data-photos-say]");
  form.addEventListener("change", () => {
    if (![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    say.textContent = say.dataset.sending;
    form.submit();
  });
}

// Sends photos as soon as they are taken or chosen: on a phone nobody looks for a second button. Also those that were chosen before
// this script had come.
export function bind(form) {
  const say = form.querySelector("[data-photos-say]");
  const send = () => {
    if (![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
    say.textContent = say.dataset.sending;
    form.submit();
  };
  form.addEventListener("change", send);
  send();
}

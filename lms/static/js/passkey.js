// A passkey: the browser asks whoever sits here, and what the device answers goes with the form. data-passkey: get or create;
// data-options: what to ask, as the server wrote it (Web Authentication, bytes in base64url).
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const PARTS = ["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"];

export function bind(form) {
  const told = form.dataset;
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button");
  const asked = JSON.parse(told.options);
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const known of [...(asked.allowCredentials ?? []), ...(asked.excludeCredentials ?? [])]) known.id = bytes(known.id);

  const ask = async () => {
    button.disabled = true;
    said.textContent = told.waiting;
    try {
      const made = await navigator.credentials[told.passkey]({ publicKey: asked });
      const response = {};
      for (const part of PARTS) if (made.response[part]) response[part] = text(made.response[part]);
      form.elements.credential.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
      form.submit();
    } catch (fault) {
      said.textContent = { SecurityError: told.address, InvalidStateError: told.known }[fault.name] ?? told.failed;
      button.disabled = fault.name === "SecurityError"; // at another address it would be no better
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (navigator.credentials && window.PublicKeyCredential) ask();
    else said.textContent = location.origin === told.origin ? told.none : told.address;
  });
  button.disabled = false;
  if (told.now !== undefined) form.requestSubmit();
}

// [data-signed=KEY]: says whether the statement after the # of a certificate's address is signed by that key (64 hex digits),
// and what it says. With no network and on any phone with whole numbers of any size: not every browser knows Ed25519.
// The same as lms/archives/verifier.py: RFC 8032 §5.1.
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGNATURE = 64;
const mod = (number) => ((number % P) + P) % P;

function power(base, exponent) {
  let total = 1n;
  for (; exponent; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) total = (total * base) % P;
  return total;
}

const over = (number) => power(mod(number), P - 2n);
const D = mod(-121665n * over(121666n));
const I = power(2n, (P - 1n) / 4n);

function whole(bytes) {
  return bytes.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n);
}

function point(number) {
  const odd = number >> 255n;
  const y = number & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * over(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square)) x = (x * I) % P;
  if (y >= P || mod(x * x - square) || (!x && odd)) throw new RangeError("not a point");
  if ((x & 1n) !== odd) x = mod(-x);
  return [x, y, 1n, (x * y) % P];
}

function plus(one, other) {
  const a = mod((one[1] - one[0]) * (other[1] - other[0]));
  const b = mod((one[1] + one[0]) * (other[1] + other[0]));
  const c = mod(2n * one[3] * other[3] * D);
  const d = mod(2n * one[2] * other[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(number, base) {
  let total = [0n, 1n, 1n, 0n];
  for (; number; number >>= 1n, base = plus(base, base)) if (number & 1n) total = plus(total, base);
  return total;
}

async function isSigned(message, signature, key) {
  const scalar = whole(signature.subarray(32));
  if (scalar >= L) return false;
  const hashed = new Uint8Array([...signature.subarray(0, 32), ...key, ...message]);
  const challenge = whole(new Uint8Array(await crypto.subtle.digest("SHA-512", hashed))) % L;
  const left = times(scalar, point((4n * over(5n)) % P));
  const right = plus(point(whole(signature.subarray(0, 32))), times(challenge, point(whole(key))));
  return !mod(left[0] * right[2] - right[0] * left[2]) && !mod(left[1] * right[2] - right[1] * left[2]);
}

function bytesOf(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  if (btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") !== text) throw new RangeError("not as it was written");
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

async function read(scanned, keys) {
  const found = scanned.trim().match(/\/verify\/([\w-]{1,32})#([\w-]{1,600})$/);
  if (!found) return null;
  const raw = bytesOf(found[2]);
  const text = raw.subarray(0, -SIGNATURE);
  const message = new Uint8Array([...new TextEncoder().encode(`anke-certificate\n${found[1]}\n`), ...text]);
  const issuers = keys.split(" ").map((key) => Uint8Array.from(key.match(/../g), (pair) => parseInt(pair, 16)));
  const held = await Promise.all(issuers.map((issuer) => isSigned(message, raw.subarray(-SIGNATURE), issuer)));
  if (!held.includes(true)) return null;
  const [version, ...fields] = new TextDecoder().decode(text).split("\t");
  return version === "1" ? fields : null;
}

async function show(element, scanned) {
  const fields = await read(scanned, element.dataset.signed).catch(() => null);
  for (const part of element.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== String(Boolean(fields));
  if (!fields) return;
  element.querySelectorAll("[data-said]").forEach((place, at) => {
    place.textContent = fields[at] || place.dataset.none;
  });
}

export function bind(element) {
  navigator.serviceWorker?.register(new URL("../../verify/worker.js", import.meta.url)).catch(() => {});
  if (location.hash.length > 1 && location.hash !== "#main" && location.hash !== "#holder") show(element, location.href);
  const form = document.querySelector("[data-signed-form]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    show(element, form.elements.text.value);
  });
}

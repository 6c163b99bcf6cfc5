// [data-pen]: a finger's signature; its path goes with the form in the field, and is drawn again where the field is filled already.
// The pen itself is that of stations, which is a script for phones that know no modules.
export async function bind(box) {
  window.Station = window.Station || {};
  await import("./station/sign.js");
  const field = box.querySelector("input");
  const pen = window.Station.pen(box.querySelector("canvas"), () => (field.value = pen.path()));
  field.addEventListener("change", () => pen.show(field.value)); // by js/kept.js
  box.querySelector("button").addEventListener("click", pen.clear);
  box.hidden = false;
  if (field.value) pen.show(field.value);
}

// [data-shots]: photos taken one after the other and those of the album go together. All join the last field, which is sent, and
// each has a line with its picture, its name and a button that takes it out. Where files cannot be gathered each field is sent by
// itself, as from the page without scripts, and has what was chosen last.
import { gathered } from "./kept.js";

export function bind(box) {
  const fields = [...box.querySelectorAll("input[type=file]")], sent = fields[fields.length - 1], list = box.querySelector("ul"), chosen = [];
  const rows = new Map(), gathers = gathered([]); // a photo is opened once: an old phone takes long, and has little room

  function show() {
    sent.files = gathered(chosen);
    list.replaceChildren(...chosen.map((file) => rows.get(file) ?? line(file)));
  }

  function line(file) {
    const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("span").textContent = file.name;
    row.querySelector("button").hidden = !gathers;
    row.querySelector("button").addEventListener("click", () => {
      chosen.splice(chosen.indexOf(file), 1);
      show();
      fields[0].focus();
    });
    draw(file, row.querySelector("canvas"));
    rows.set(file, row);
    return row;
  }

  function take(field) {
    if (!gathers) return list.replaceChildren(...fields.flatMap((each) => [...each.files].map(line)));
    for (const file of field.files) if (!chosen.some((one) => isSame(one, file))) chosen.push(file);
    if (field !== sent) field.value = "";
    show();
  }

  for (const field of fields) field.addEventListener("change", () => take(field));
  take(sent); // what was chosen before this script had come
}

// What js/kept.js puts back may stand here already, read from the phone as another object.
function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

// What the browser cannot open has its name alone.
async function draw(file, canvas) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return;
  const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height), width = picture.width * scale, height = picture.height * scale;
  canvas.getContext("2d").drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  picture.close();
}

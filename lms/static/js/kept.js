// What js/later.js keeps in the phone: {id, who, action, fields, refused?}, each under its id; a field is its name with what was
// typed, or with a file. In IndexedDB, which takes photos as well as words and outlives the tab and a restart.
const NAME = "anke-later", FORMS = "forms";
let opening;

function open() {
  opening = opening || new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(FORMS, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opening;
}

// Settled once it is safe, not when it was asked for.
async function run(mode, act) {
  const transaction = (await open()).transaction(FORMS, mode), asked = act(transaction.objectStore(FORMS));
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => fail(transaction.error);
  });
}

export const kept = () => run("readonly", (forms) => forms.getAll()).catch(() => []);

// Whether it is kept. Where a browser keeps nothing the form is still on the page, with what was typed.
export const keep = (item) => run("readwrite", (forms) => forms.put(item)).then(() => true, () => false);

export const forget = (item) => run("readwrite", (forms) => forms.delete(item.id)).catch(() => {}); // nothing was kept

// What was filled in stands in the form again, the chosen files too.
export function putBack(item, form) {
  const given = (field) => item.fields.filter(([name]) => name === field.name).map(([, value]) => value);
  for (const field of form.elements) {
    if (/checkbox|radio/.test(field.type)) field.checked = given(field).includes(field.value);
    if (/text|date/.test(field.type)) field.value = given(field)[0] ?? "";
    if (field.hidden) field.dispatchEvent(new Event("change")); // what is drawn of it
    if (field.type === "file" && !field.hasAttribute("capture")) { // those that were taken are with those that were chosen
      field.files = gathered(given(field)) ?? field.files;
      field.dispatchEvent(new Event("change"));
    }
  }
}

// As a field takes them; nothing on a phone that cannot gather files (iOS before 14.1).
export function gathered(files) {
  try {
    const moved = new DataTransfer();
    for (const file of files) moved.items.add(file);
    return moved.files;
  } catch {
    return undefined;
  }
}

// What js/later.js keeps in the phone's storage: {id, who, action, fields, files, refused?}, each under its id.
const KEY = "anke-later ";

export function kept() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(KEY)).map((key) => JSON.parse(localStorage.getItem(key)));
  } catch {
    return [];
  }
}

export function keep(item) {
  try {
    localStorage.setItem(KEY + item.id, JSON.stringify(item));
    return true;
  } catch {
    return false; // a private window: the form is still on the page, with what was typed
  }
}

export function forget(item) {
  try {
    localStorage.removeItem(KEY + item.id);
  } catch {} // nothing was kept
}

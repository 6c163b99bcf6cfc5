// The trainer's board: says since when it has had no news, and finds a person by typing.
export function bind(box) {
  const state = box.querySelector("[data-board-state]");
  const find = box.querySelector("[data-board-find]");
  const none = box.querySelector("[data-board-none]");
  let heard = Date.now(); // when the server last answered, by its own clock where it says so
  let lost = 0; // what the data were true of when the network went, 0 while it is there

  function say(text) {
    state.hidden = !text;
    state.textContent = text;
  }
  // Instants are shown on the wall clock of the enterprises, UTC+8, wherever the browser thinks it is.
  function wall(instant) {
    const minutes = (Math.floor(instant / 60000) + 480) % 1440;
    return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  }
  function gone(event) {
    if (event.target.id !== "board") return;
    event.stopPropagation(); // said here, in more words than the toast has
    lost = lost || heard;
    say(box.dataset.lost.replace("{then}", wall(lost)));
  }
  function answered({ target, detail: { xhr } }) {
    if (target.id !== "board" || xhr.status >= 400) return;
    heard = Date.parse(xhr.getResponseHeader("Date")) || Date.now();
    if (!lost) return;
    say(box.dataset.mended.replace("{then}", wall(lost)).replace("{now}", wall(heard)));
    lost = 0;
  }
  for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) box.addEventListener(fault, gone);
  box.addEventListener("htmx:beforeOnLoad", answered);
  box.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "board" && document.hidden) event.preventDefault(); // nobody looks
  });

  function sift() {
    const wanted = find.value.trim().toLowerCase();
    const rows = [...box.querySelectorAll("#board tbody tr, [data-find]")];
    for (const row of rows) {
      const group = row.closest("[data-find-group]");
      const text = group ? `${row.textContent} ${group.dataset.findGroup}` : row.textContent;
      row.hidden = !text.toLowerCase().includes(wanted);
    }
    for (const group of box.querySelectorAll("[data-find-group]")) {
      group.hidden = !group.querySelector("[data-find]:not([hidden]), tbody tr:not([hidden])");
      if (wanted) group.open = true;
    }
    none.hidden = !wanted || rows.some((row) => !row.hidden);
  }
  find.addEventListener("input", sift);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      find.value = "";
      sift();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      [...box.querySelectorAll("#board tbody a, #board tbody button, #board [data-find] a")].find((act) => act.offsetParent)?.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    find.focus();
  });
  let folded = new Map(); // what somebody opened stays open when the board is fetched anew
  box.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id !== "board") return;
    folded = new Map([...box.querySelectorAll("[data-find-group]")].map((group) => [group.dataset.findGroup, group.open]));
  });
  box.addEventListener("htmx:afterSettle", () => {
    for (const group of box.querySelectorAll("[data-find-group]")) group.open = folded.get(group.dataset.findGroup) ?? group.open;
    folded.clear();
    sift();
  });
}

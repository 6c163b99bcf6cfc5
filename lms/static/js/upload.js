// Sends big files in pieces, so that a broken line or a reload costs one piece and not the file. Small ones stay in the form.
// The box has: an input[type=file], .uploads for the lines, data-url where an upload is announced, and its words in data- attributes.
const BIG = 8 * 1048576;
const PIECE = 4 * 1048576;
const LONGEST_WAIT = 30000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const token = () => document.querySelector("meta[name=csrf-token]").content;

export function bind(box) {
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector(".uploads");
  const form = box.closest("form");
  const words = box.dataset;
  const running = new Set();
  let held = null;

  const ask = (url, method, headers = {}, body = null) =>
    fetch(url, { method, body, redirect: "manual", headers: { "X-CSRFToken": token(), ...headers } });

  function line(file) {
    const row = document.createElement("div");
    row.className = "file upload";
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.className = "bar";
    bar.max = file.size;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const say = document.createElement("span");
    say.className = "muted";
    say.setAttribute("role", "status");
    row.append(name, bar, say);
    list.append(row);
    return { row, bar, say };
  }

  function show(part, offset, size, text = "") {
    part.bar.value = offset;
    part.say.textContent = text || words.sending.replace("{n}", `${Math.floor((offset * 100) / size)}%`);
  }

  // The answer, or null after waiting when there was none worth having; a refusal is thrown as the sentence to show.
  async function tried(part, attempt, wait, offset, size) {
    let answer = null;
    try {
      answer = await attempt();
    } catch {
      answer = null;
    }
    if (answer && answer.status < 500 && answer.status !== 429 && answer.type !== "opaqueredirect") {
      if (answer.ok || answer.status === 409) return answer;
      const text = answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : "";
      throw new Error(text || words.gone);
    }
    if (answer?.type === "opaqueredirect") throw new Error(words.signin);
    show(part, offset, size, words.offline);
    await pause(wait);
    return null;
  }

  async function send(file) {
    for (const old of list.querySelectorAll("[data-upload]"))
      if (old.dataset.name === file.name && Number(old.dataset.size) === file.size) old.remove();
    const part = line(file);
    const size = file.size;
    let offset = 0;
    let wait = 1000;
    let url = null;
    try {
      while (offset < size || !url) {
        const announce = new URLSearchParams({ name: file.name, size, modified: file.lastModified });
        const answer = await tried(
          part,
          () =>
            url
              ? ask(url, "PATCH", { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" }, file.slice(offset, offset + PIECE))
              : ask(words.url, "POST", {}, announce),
          wait,
          offset,
          size,
        );
        if (!answer) {
          wait = Math.min(wait * 2, LONGEST_WAIT);
          const asked = url ? await ask(url, "HEAD").catch(() => null) : null;
          if (asked?.ok) offset = Number(asked.headers.get("Upload-Offset"));
          continue;
        }
        wait = 1000;
        url = url ?? answer.headers.get("Location");
        offset = Number(answer.headers.get("Upload-Offset"));
        show(part, offset, size);
      }
      show(part, size, size, words.checking);
      await settle(part, url);
    } catch (problem) {
      part.bar.remove();
      part.say.className = "t-bad";
      part.say.textContent = problem.message;
    }
  }

  // The server looks at the whole file; its line then says what came of it.
  async function settle(part, url) {
    for (;;) {
      const answer = await ask(url, "GET").catch(() => null);
      if (answer?.status === 404) throw new Error(words.gone);
      if (answer?.ok) {
        const parsed = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-upload]");
        if (["done", "refused"].includes(parsed.dataset.state)) {
          part.row.replaceWith(document.adoptNode(parsed));
          return;
        }
      }
      await pause(1000);
    }
  }

  function take() {
    if (!window.DataTransfer || !input.files.length) return;
    const small = new DataTransfer();
    for (const file of [...input.files]) {
      if (file.size < BIG) {
        small.items.add(file);
        continue;
      }
      const job = send(file).finally(() => {
        running.delete(job);
        if (!running.size && held) {
          const button = held;
          held = null;
          form.requestSubmit(button.isConnected ? button : undefined);
        }
      });
      running.add(job);
    }
    if (small.files.length === input.files.length) return;
    input.files = small.files;
    input.dispatchEvent(new Event("change")); // the list of names shows what is left
  }

  input.addEventListener("change", take);
  take(); // what was chosen before this script had come

  form.addEventListener(
    "submit",
    (event) => {
      if (!running.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      held = event.submitter ?? form;
      box.querySelector(".uploads-wait").hidden = false;
    },
    true,
  );

  list.addEventListener("click", async (event) => {
    const row = event.target.closest("[data-upload-drop]")?.closest("[data-upload]");
    if (!row) return;
    const answer = await ask(row.dataset.upload, "DELETE").catch(() => null);
    if (answer && (answer.ok || answer.status === 404)) row.remove();
  });
}

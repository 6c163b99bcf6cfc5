// A file field to drop files on: shows the names and sizes of what was chosen. The input covers the box, so the browser itself takes the drop.
const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

export function bind(box) {
  const input = box.querySelector("input[type=file]");
  const names = box.querySelector(".drop-names");
  box.classList.add("drop-live");
  const show = () =>
    names.replaceChildren(
      ...[...input.files].map((file) => {
        const line = document.createElement("li");
        const bytes = document.createElement("span");
        bytes.className = "muted";
        bytes.textContent = size(file.size);
        line.append(file.name, bytes);
        return line;
      }),
    );
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) box.addEventListener(kind, () => box.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("over"));
  show();
}

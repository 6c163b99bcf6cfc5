// Draws hazards on a picture: dragging makes a rectangle and writes a line "name：x,y x,y" (percent) into the text area it names.
// Every line with two corners or more is shown on the picture, so what is typed is seen as well.
const SVG = "http://www.w3.org/2000/svg";

export function bind(box) {
  const area = document.getElementById(box.dataset.places);
  const marks = document.createElementNS(SVG, "svg");
  let from;
  marks.setAttribute("class", "scene-marks");
  marks.setAttribute("viewBox", "0 0 100 100");
  marks.setAttribute("preserveAspectRatio", "none");
  marks.setAttribute("aria-hidden", "true");
  box.append(marks);

  const at = (event) => {
    const room = box.getBoundingClientRect();
    const part = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 1000) / 10;
    return [part((event.clientX - room.left) / room.width), part((event.clientY - room.top) / room.height)];
  };
  const corners = (line) => (line.split(/[：:]/)[1] || "").trim().split(/\s+/).map((pair) => pair.split(/[,，]/).map(Number)).filter((point) => point.length === 2 && point.every(isFinite));
  function outline(points) {
    if (points.length !== 2) return points;
    const [[left, top], [right, bottom]] = points;
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  }
  function draw(also) {
    const found = area.value.split("\n").map(corners).concat(also ? [also] : []).filter((points) => points.length > 1);
    marks.replaceChildren(
      ...found.map((points) => {
        const shape = document.createElementNS(SVG, "polygon");
        shape.setAttribute("points", outline(points).join(" "));
        return shape;
      }),
    );
  }

  box.addEventListener("pointerdown", (event) => {
    from = at(event);
    box.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  box.addEventListener("pointermove", (event) => from && draw([from, at(event)]));
  box.addEventListener("pointerup", (event) => {
    const to = at(event);
    if (from && Math.abs(to[0] - from[0]) > 1 && Math.abs(to[1] - from[1]) > 1) {
      const before = area.value.trimEnd();
      const number = before ? before.split("\n").length + 1 : 1;
      area.value = `${before}${before ? "\n" : ""}${box.dataset.name} ${number}：${from} ${to}`;
    }
    from = undefined;
    draw();
  });
  area.addEventListener("input", () => draw());
  draw();
}

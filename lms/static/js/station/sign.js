// A finger's signature on a canvas of 320 × 160: moves and relative lines in whole numbers, as SVG has them.
(function () {
  "use strict";
  var WIDTH = 320, HEIGHT = 160, MOST = 11000;

  Station.pen = function (canvas, changed) {
    var pen = canvas.getContext("2d");
    var path = "", last = null, lines = 0;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#14211d";

    function at(event) {
      var box = canvas.getBoundingClientRect();
      var touch = event.touches ? event.touches[0] : event;
      var x = Math.round(((touch.clientX - box.left) / box.width) * WIDTH);
      var y = Math.round(((touch.clientY - box.top) / box.height) * HEIGHT);
      return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
    }
    function begin(event) {
      event.preventDefault();
      last = at(event);
      path += "M" + last[0] + " " + last[1];
    }
    function draw(event) {
      if (!last) return;
      event.preventDefault();
      var here = at(event);
      var dx = here[0] - last[0], dy = here[1] - last[1];
      if (dx * dx + dy * dy < 9 || path.length > MOST) return;
      path += "l" + dx + " " + dy;
      lines += 1;
      pen.beginPath();
      pen.moveTo(last[0], last[1]);
      pen.lineTo(here[0], here[1]);
      pen.stroke();
      last = here;
      changed();
    }
    function end() { last = null; }

    canvas.addEventListener("touchstart", begin);
    canvas.addEventListener("touchmove", draw);
    canvas.addEventListener("touchend", end);
    canvas.addEventListener("mousedown", begin);
    canvas.addEventListener("mousemove", draw);
    window.addEventListener("mouseup", end);

    return {
      path: function () { return lines > 3 ? path : ""; },
      show: function (given) {
        path = given;
        lines = given.split("l").length;
        pen.stroke(new Path2D(given));
      },
      clear: function () {
        path = "";
        lines = 0;
        last = null;
        pen.clearRect(0, 0, WIDTH, HEIGHT);
        changed();
      },
    };
  };
})();

// The last four and a signature, for a phone that goes from hand to hand; and the last four alone, for a kiosk.
(function () {
  "use strict";
  var person = null, tail = "", how = "", pen = null;

  function fillPerson() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-name]"), function (one) { one.textContent = person[1]; });
    Array.prototype.forEach.call(document.querySelectorAll("[data-where]"), function (one) { one.textContent = Station.where(person); });
  }
  function showTail() {
    Station.$("tail").textContent = (tail + "____").slice(0, 4);
  }
  function signs() { return Station.head && Station.head.kind === "leader"; }

  // Somebody was picked. known: "work_no" or "tail" when what was typed tells them from others already.
  Station.choose = function (picked, known, said) {
    person = picked;
    how = known || "tail";
    tail = said || "";
    Station.$("tail-wrong").hidden = true;
    fillPerson();
    if (known) return Station.show("confirm");
    showTail();
    Station.show("tail");
  };

  Station.typeTail = function (key) {
    if (key === "back") tail = tail.slice(0, -1);
    else if (tail.length < 4) tail += key;
    Station.$("tail-wrong").hidden = true;
    showTail();
    if (tail.length < 4) return;
    if (!signs()) return Station.confirm();
    Station.show("sign");
    Station.$("sign-done").disabled = !pen.path(); // after wrong digits the signature is still there
  };

  Station.bindPen = function () {
    pen = Station.pen(Station.$("canvas"), function () { Station.$("sign-done").disabled = !pen.path(); });
    Station.$("sign-again").addEventListener("click", function () { pen.clear(); });
    Station.$("sign-done").addEventListener("click", Station.confirm);
    Station.$("confirm").addEventListener("click", Station.confirm);
  };
  Station.clearPen = function () { pen.clear(); };

  Station.confirm = function () {
    var who = person, mark = Station.mark;
    if (!who) return;
    person = null; // a second tap is not a second mark
    Station.$("sign-done").disabled = true;
    Station.send({ person: who[0], name: who[1], mark: mark, known_by: how, signature: signs() ? pen.path() : null }, tail).then(function (outcome) {
      if (outcome.state === "wrong" || outcome.state === "wait") {
        person = who;
        tail = "";
        how = "tail";
        showTail();
        var line = Station.$("tail-wrong");
        line.textContent = outcome.state === "wrong" ? line.dataset.wrong : line.dataset.wait;
        line.hidden = false;
        return Station.show("tail", true);
      }
      if (outcome.state === "counted" || outcome.state === "known" || outcome.state === "queued") Station.noteMade(who[0], mark);
      Station.done(who[1], mark, outcome);
    });
  };
})();

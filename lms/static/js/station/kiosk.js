// A number and a tap: the work number or the last four of the phone find somebody, a second tap confirms.
(function () {
  "use strict";
  var typed = "", asked = "";

  Station.typeNumber = function (key) {
    if (key === "back") typed = typed.slice(0, -1);
    else if (key === "clear") typed = "";
    else if (typed.length < 12) typed += key;
    show();
  };
  Station.clearNumber = function () {
    typed = "";
    show();
  };

  function show() {
    var box = Station.$("found");
    Station.$("typed").textContent = typed;
    Station.$("found-say").textContent = typed ? "" : box.dataset.hint;
    var own = typed ? Station.byWorkNo(typed) : [];
    list(own, []);
    if (typed.length !== 4) {
      if (typed.length > 4 && !own.length) Station.$("found-say").textContent = box.dataset.none;
      return;
    }
    asked = typed;
    Station.findTail(typed).then(function (reply) {
      if (typed !== asked) return;
      var others = Station.byIds(reply.people || []);
      list(own, others);
      if (!own.length && !others.length) Station.$("found-say").textContent = reply.say || box.dataset.none;
    }, function () {
      if (typed === asked && !own.length) Station.$("found-say").textContent = box.dataset.offline;
      Station.changed();
    });
  }

  function list(byNumber, byTail) {
    var said = typed;
    var all = byNumber.concat(byTail.filter(function (one) { return byNumber.indexOf(one) < 0; }));
    Station.draw(Station.$("found"), all, function (person) {
      var how = byTail.indexOf(person) >= 0 ? "tail" : "work_no";
      Station.choose(person, how, how === "tail" ? said : person[2]);
    });
  }
})();

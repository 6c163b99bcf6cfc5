// The people of this station: who they are, who has made the mark, and how somebody is found without a keyboard.
(function () {
  "use strict";
  var ID = 0, NAME = 1, WORK_NO = 2, TEAM = 3, IN = 4, OUT = 5;
  var made = {}; // marks made on this device since the list was fetched, by person and mark

  Station.mark = "in";
  Station.$ = function (id) { return document.getElementById(id); };
  Station.fill = function (text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  };

  Station.people = function () { return (Station.head && Station.head.people) || []; };
  Station.noteMade = function (id, mark) { made[id + mark] = true; };
  Station.hasMade = function (person) { return Boolean(made[person[ID] + Station.mark] || person[Station.mark === "in" ? IN : OUT]); };
  Station.where = function (person) { return person[TEAM] + (person[WORK_NO] ? " · " + person[WORK_NO] : ""); };

  Station.byWorkNo = function (digits) {
    function bare(text) { return text.replace(/^0+/, ""); }
    return Station.people().filter(function (one) { return one[WORK_NO] && bare(one[WORK_NO]) === bare(digits); });
  };
  Station.byIds = function (ids) {
    return Station.people().filter(function (one) { return ids.indexOf(one[ID]) >= 0; });
  };
  Station.search = function (text, initial) {
    var wanted = text.trim();
    return Station.people().filter(function (one) {
      if (wanted) return one[NAME].indexOf(wanted) >= 0 || one[WORK_NO].indexOf(wanted) >= 0;
      return !initial || first(one) === initial;
    });
  };
  function first(person) { return Array.from ? Array.from(person[NAME])[0] : person[NAME].charAt(0); }
  Station.initials = function () {
    var seen = [];
    Station.people().forEach(function (one) { if (seen.indexOf(first(one)) < 0) seen.push(first(one)); });
    return seen.sort(function (a, b) { return a.localeCompare(b, "zh"); });
  };

  // Draws people as buttons; in groups by their first character where a heading helps.
  Station.draw = function (list, people, choose, grouped) {
    var group = "";
    list.textContent = "";
    people.slice().sort(function (a, b) { return a[NAME].localeCompare(b[NAME], "zh") || a[WORK_NO].localeCompare(b[WORK_NO]); }).forEach(function (person) {
      var line = document.createElement("li");
      var button = document.createElement("button");
      var name = document.createElement("b");
      var where = document.createElement("small");
      if (grouped && first(person) !== group) {
        var heading = document.createElement("li");
        heading.className = "initial";
        heading.textContent = group = first(person);
        list.appendChild(heading);
      }
      button.type = "button";
      button.className = Station.hasMade(person) ? "person made" : "person";
      name.textContent = person[NAME];
      where.textContent = Station.where(person);
      button.appendChild(name);
      button.appendChild(where);
      button.addEventListener("click", function () { choose(person); });
      line.appendChild(button);
      list.appendChild(line);
    });
  };
})();

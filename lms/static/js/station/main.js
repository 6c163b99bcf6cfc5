// Ties a station together: which view is shown, what the line about the network says, and that nothing leads away from here.
(function () {
  "use strict";
  var IDLE = 30000, SHOWN = 1600, REFRESH = 20000, RETRY = 4000;
  var now = "", initial = "", idle = null, back = null;
  var $ = Station.$;
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function leads() { return Station.head && Station.head.kind === "leader"; }

  Station.show = function (view, keep) {
    now = view;
    clearTimeout(back);
    all("[data-view]").forEach(function (one) { one.hidden = one.dataset.view !== view; });
    if (view === "names") drawNames();
    if (view === "tail" && !keep) Station.clearPen();
    if (view === "told") drawTold();
    window.scrollTo(0, 0);
    clearTimeout(idle);
    if (["tail", "sign", "confirm", "names", "kiosk"].indexOf(view) >= 0 && !leads()) idle = setTimeout(start, IDLE);
  };

  function start() {
    initial = "";
    $("search").value = "";
    if (!Station.key) return Station.show("none");
    if (Station.gone) {
      $("gone-say").textContent = Station.gone;
      return Station.show("gone");
    }
    if (!Station.head) return Station.show("loading");
    Station.clearNumber();
    Station.show(leads() ? "names" : "kiosk");
  }

  Station.done = function (name, mark, outcome) {
    var say = $("done-say");
    var held = outcome.state === "held" || outcome.state === "refused";
    $("done").className = held ? "verdict warn" : "verdict";
    $("done-name").textContent = name;
    say.textContent = held ? say.dataset.held + outcome.say : say.dataset[mark] + (outcome.state === "queued" ? " · " + say.dataset.queued : "");
    Station.show("done");
    back = setTimeout(start, held ? 6000 : SHOWN);
  };

  function drawNames() {
    var list = $("people");
    var text = $("search").value;
    var kiosk = !leads();
    var found = kiosk && !initial && !text ? [] : Station.search(text, initial);
    var everybody = Station.people();
    $("names-ask").textContent = $("names-ask").dataset[kiosk ? "kiosk" : "leader"];
    $("names-back").hidden = !kiosk;
    $("names-count").textContent = Station.fill($("names-count").dataset[Station.mark], { n: everybody.filter(Station.hasMade).length, of: everybody.length });
    var box = $("initials");
    box.textContent = "";
    Station.initials().forEach(function (one) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = one;
      button.setAttribute("aria-pressed", String(one === initial));
      button.addEventListener("click", function () {
        initial = one === initial ? "" : one;
        $("search").value = "";
        drawNames();
      });
      box.appendChild(button);
    });
    Station.draw(list, found, function (person) { Station.choose(person); }, !initial && !text);
    if (text && !found.length) list.textContent = list.dataset.none;
  }

  function drawTold() {
    var list = $("told");
    Station.marks().then(function (marks) {
      list.textContent = "";
      marks.filter(function (one) { return one.told; }).forEach(function (one) {
        var line = document.createElement("li");
        var text = document.createElement("span");
        var button = document.createElement("button");
        var at = new Date(one.device_at);
        text.textContent = one.name + " " + list.dataset[one.mark] + " " + ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2) + " · " +
          (one.told === "refused" ? list.dataset.refused : "") + one.say;
        button.type = "button";
        button.className = "btn";
        button.textContent = list.dataset.read;
        button.addEventListener("click", function () { Station.drop(one.n).then(Station.changed).then(drawTold); });
        line.className = "told";
        line.appendChild(text);
        line.appendChild(button);
        list.appendChild(line);
      });
    });
  }

  Station.changed = function () {
    var head = Station.head;
    return Station.marks().then(function (marks) {
      var told = marks.filter(function (one) { return one.told; }).length;
      var waiting = marks.length - told;
      var line = $("net");
      var state = Station.online ? (waiting ? "sending" : "synced") : waiting ? "waiting" : "offline";
      line.textContent = Station.fill(line.dataset[state], { n: waiting });
      line.className = Station.online ? "" : "offline";
      $("told-open").hidden = !told;
      $("told-open").textContent = Station.fill($("told-open").dataset.text, { n: told });
      $("top").hidden = !Station.key;
      if (head) {
        $("title").textContent = head.title;
        $("place").textContent = (head.leader ? head.leader + " · " + (head.team || "") + " " : "") + head.place;
        $("closed").hidden = head.open;
      }
      if (now === "" || now === "none" || (now === "loading" && head) || (Station.gone && now !== "gone" && now !== "told")) start();
      else if (now === "names") drawNames();
      else if (now === "told" && !told) start();
    });
  };

  function setMark(mark) {
    Station.mark = mark;
    all("[data-mark]").forEach(function (one) { one.setAttribute("aria-pressed", String(one.dataset.mark === mark)); });
    $("confirm").textContent = $("confirm").dataset[mark];
    $("sign-done").textContent = $("sign-done").dataset[mark];
    start();
  }

  function bind() {
    all("[data-mark]").forEach(function (one) { one.addEventListener("click", function () { setMark(one.dataset.mark); }); });
    all("[data-go]").forEach(function (one) {
      one.addEventListener("click", function () { one.dataset.go === "start" ? start() : Station.show(one.dataset.go); });
    });
    all("[data-pad]").forEach(function (pad) {
      pad.addEventListener("click", function (event) {
        var key = event.target.dataset.key;
        if (key) (pad.dataset.pad === "tail" ? Station.typeTail : Station.typeNumber)(key);
      });
    });
    document.addEventListener("keydown", function (event) {
      var key = event.key === "Backspace" ? "back" : event.key.toUpperCase();
      if (event.target.tagName === "INPUT" || !/^(\d|X|back)$/.test(key)) return;
      if (now === "tail") Station.typeTail(key);
      else if (now === "kiosk" && key !== "X") Station.typeNumber(key);
    });
    $("search").addEventListener("input", function () {
      initial = "";
      drawNames();
    });
    $("told-open").addEventListener("click", function () { Station.show("told"); });
    if (document.documentElement.requestFullscreen) {
      $("full").hidden = false;
      $("full").addEventListener("click", function () {
        document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
      });
    }
    Station.bindPen();
    // The back key stays here: whoever holds the device gets to no other page.
    history.pushState(null, "", location.href);
    window.addEventListener("popstate", function () { history.pushState(null, "", location.href); start(); });
    window.addEventListener("online", function () { Station.flush().then(Station.refresh); });
    document.addEventListener("visibilitychange", function () { if (!document.hidden) Station.flush().then(Station.refresh); });
    setInterval(function () { Station.marks().then(function (marks) { if (marks.some(function (one) { return !one.told; })) Station.flush(); }); }, RETRY);
    setInterval(Station.refresh, REFRESH);
  }

  document.documentElement.classList.add("js");
  if (!window.Promise || !window.crypto || !window.crypto.getRandomValues) {
    document.querySelector("[data-view=old]").hidden = false;
    return;
  }
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("worker.js")["catch"](function () { $("cannot-reopen").hidden = false; });
  } else {
    $("cannot-reopen").hidden = false;
  }
  Station.keeps().then(function (keeps) { $("cannot-keep").hidden = keeps; });
  Promise.all([Station.get("key"), Station.get("head"), Station.get("gone"), Station.get("offset")]).then(function (kept) {
    Station.key = kept[0];
    Station.head = kept[1];
    Station.gone = kept[2];
    Station.offset = kept[3] || 0;
    bind();
    setMark("in");
    Station.flush().then(Station.refresh);
  });
})();

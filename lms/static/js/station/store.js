// What stays on this device: marks not yet sent or not yet read, and a few values. In IndexedDB, so that it outlives the tab
// and a restart; in localStorage where a browser has no IndexedDB, and where it has neither the page says so.
var Station = {};

(function () {
  "use strict";
  var NAME = "anke-station";
  var opening = null;
  var small = { marks: [], values: {}, next: 1 };
  var kept = true;

  function load() {
    try {
      small = JSON.parse(localStorage.getItem(NAME)) || small;
    } catch (fault) {
      kept = false;
    }
    return small;
  }
  function save() {
    try {
      localStorage.setItem(NAME, JSON.stringify(small));
    } catch (fault) {
      kept = false;
    }
  }

  function open() {
    opening = opening || new Promise(function (done) {
      var asked;
      try {
        asked = window.indexedDB.open(NAME, 1);
      } catch (fault) {
        return done(null);
      }
      asked.onupgradeneeded = function () {
        asked.result.createObjectStore("marks", { keyPath: "n", autoIncrement: true });
        asked.result.createObjectStore("values");
      };
      asked.onsuccess = function () { done(asked.result); };
      asked.onerror = function () { done(null); };
    });
    return opening;
  }

  // act gets the object store and returns a request; the promise waits until the transaction is safe.
  function run(name, mode, act, instead) {
    return open().then(function (database) {
      if (!database) return instead();
      return new Promise(function (done, fail) {
        var transaction = database.transaction(name, mode);
        var asked = act(transaction.objectStore(name));
        transaction.oncomplete = function () { done(asked.result); };
        transaction.onerror = transaction.onabort = function () { fail(transaction.error); };
      });
    });
  }

  Station.keeps = function () {
    return open().then(function (database) {
      if (!database) {
        load();
        save();
      }
      return database !== null || kept;
    });
  };
  Station.get = function (key) {
    return run("values", "readonly", function (store) { return store.get(key); }, function () { return load().values[key]; });
  };
  Station.set = function (key, value) {
    return run("values", "readwrite", function (store) { return store.put(value, key); }, function () {
      load().values[key] = value;
      save();
    });
  };
  // All marks, in the order in which they were made.
  Station.marks = function () {
    return run("marks", "readonly", function (store) {
      if (store.getAll) return store.getAll();
      var found = { result: [] };
      store.openCursor().onsuccess = function (event) {
        var cursor = event.target.result;
        if (!cursor) return;
        found.result.push(cursor.value);
        cursor["continue"]();
      };
      return found;
    }, function () { return load().marks.slice(); });
  };
  Station.keep = function (mark) {
    return run("marks", "readwrite", function (store) { return store.put(mark); }, function () {
      load().marks = small.marks.filter(function (one) { return one.n !== mark.n; });
      mark.n = mark.n || small.next++;
      small.marks.push(mark);
      small.marks.sort(function (a, b) { return a.n - b.n; });
      save();
      return mark.n;
    });
  };
  Station.drop = function (n) {
    return run("marks", "readwrite", function (store) { return store["delete"](n); }, function () {
      load().marks = small.marks.filter(function (one) { return one.n !== n; });
      save();
    });
  };
})();

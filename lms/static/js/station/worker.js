// Keeps the page of a station on the device. NAME, VERSION and FILES come before this text, from the server; nothing else is
// kept: names and marks are in the page's own database.
var PREFIX = "anke-" + NAME + "-", KEPT = PREFIX + VERSION;

self.addEventListener("install", function (event) {
  event.waitUntil(
    caches.open(KEPT).then(function (cache) {
      return cache.addAll(FILES.map(function (file) { return new Request(file, { cache: "reload" }); }));
    }).then(function () { return self.skipWaiting(); })
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(names.map(function (name) {
        return name.indexOf(PREFIX) === 0 && name !== KEPT ? caches["delete"](name) : null;
      }));
    }).then(function () { return self.clients.claim(); })
  );
});

self.addEventListener("fetch", function (event) {
  var address = new URL(event.request.url);
  if (event.request.method !== "GET" || FILES.indexOf(address.pathname) < 0) return;
  event.respondWith(
    caches.open(KEPT).then(function (cache) { return cache.match(address.pathname, { ignoreVary: true }); }).then(function (found) {
      return found || fetch(event.request);
    })
  );
});

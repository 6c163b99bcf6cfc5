// Shows a page of ours when an address cannot be opened for want of a network. NAME, VERSION and FILES come before this text;
// the first of FILES is that page.
var PREFIX = "anke-" + NAME + "-", KEPT = PREFIX + VERSION;

self.addEventListener("install", function (event) {
  event.waitUntil(
    caches.open(KEPT).then(function (cache) { return cache.addAll(FILES); }).then(function () { return self.skipWaiting(); })
  );
});

self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(names.map(function (name) {
        return name.indexOf(PREFIX) === 0 && name !== KEPT ? caches["delete"](name) : null;
      }));
    })
  );
});

function kept(address) {
  return caches.open(KEPT).then(function (cache) { return cache.match(address, { ignoreVary: true }); });
}

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var wanted = request.mode === "navigate" ? FILES[0] : new URL(request.url).pathname;
  if (request.method !== "GET" || FILES.indexOf(wanted) < 0) return;
  event.respondWith(
    fetch(request)["catch"](function (fault) {
      return kept(wanted).then(function (found) {
        if (found) return found;
        throw fault;
      });
    })
  );
});

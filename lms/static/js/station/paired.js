// Keeps the key of a station on the device that was just opened, and goes to its page.
(function () {
  "use strict";
  var given = document.querySelector("[data-station-key]");
  Promise.all([Station.set("key", given.dataset.stationKey), Station.set("head", null), Station.set("gone", null)]).then(function () {
    return Station.get("key");
  }).then(function (kept) {
    if (kept === given.dataset.stationKey) location.replace(given.dataset.stationPage);
    else document.getElementById("not-kept").hidden = false;
  });
})();

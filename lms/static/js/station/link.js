// Talks to the server: measures its clock with every answer, fetches the list, sends the queue in order. The answer is waited
// for only while there was a network a moment ago; what has not been answered stays in the queue.
(function () {
  "use strict";
  var WAIT = 5000; // milliseconds before somebody at the device is told that it is kept
  var BATCH = 20;
  var sending = null;
  var answered = {}; // by the id of a mark: who waits at the device for its outcome

  Station.online = true;
  Station.changed = function () {}; // the page's: called when there is something new to show

  function ask(path, body, key) {
    return new Promise(function (done, fail) {
      var request = new XMLHttpRequest();
      var sent = Date.now();
      request.open("POST", path); // beside the page itself
      request.timeout = 15000;
      request.setRequestHeader("Content-Type", "application/json");
      request.setRequestHeader("X-Anke-Station", key);
      request.onload = function () {
        var reply;
        try {
          reply = JSON.parse(request.responseText);
        } catch (fault) {
          return fail(fault);
        }
        if (request.status >= 500) return fail(new Error(String(request.status)));
        measure(reply.now, sent, Date.now());
        done({ status: request.status, body: reply });
      };
      request.onerror = request.ontimeout = request.onabort = fail;
      request.send(JSON.stringify(body));
    }).then(function (reply) {
      Station.online = true;
      return reply;
    }, function (fault) {
      Station.online = false;
      throw fault;
    });
  }

  // How far this device's clock is behind the server's, in milliseconds; half the way is taken for the answer's age.
  function measure(now, sent, got) {
    if (!now || got - sent > 4000) return;
    Station.offset = Math.round(now - (sent + got) / 2);
    Station.set("offset", Station.offset);
  }

  // A UUIDv7: sorts by time, made here once, and what is sent twice under it counts once.
  function newId() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    var time = Date.now();
    for (var i = 5; i >= 0; i--) {
      bytes[i] = time % 256;
      time = Math.floor(time / 256);
    }
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  // The list of people; resolves to true when this station may go on.
  Station.refresh = function () {
    if (!Station.key) return Promise.resolve(false);
    return ask("people", { seen: Station.head && Station.head.version }, Station.key).then(function (reply) {
      if (reply.status === 410) {
        Station.gone = reply.body.detail;
        Station.head = null;
        return Promise.all([Station.set("head", null), Station.set("gone", Station.gone)]).then(Station.changed);
      }
      if (reply.status !== 200) return;
      if (reply.body.same) {
        Station.head.open = reply.body.open;
        Station.head.expires = reply.body.expires;
      } else {
        Station.head = reply.body;
      }
      return Station.set("head", Station.head).then(Station.changed);
    })["catch"](Station.changed);
  };

  Station.findTail = function (digits) {
    return ask("tail", { digits: digits }, Station.key).then(function (reply) { return reply.body; });
  };

  // Keeps a mark, then sends it. Resolves to {state, say}; state "queued" when it stays on the device for now.
  Station.send = function (mark, said) {
    mark.id = newId();
    mark.key = Station.key;
    mark.device_at = Date.now();
    mark.offset = Station.offset || 0;
    mark.asks = Station.online;
    return Station.seal(said, Station.head && Station.head.box).then(function (sealed) {
      if (sealed) mark.sealed = sealed;
      else mark.said = said;
      return Station.keep(mark);
    }).then(function (n) {
      mark.n = n;
      return new Promise(function (done) {
        function queued() {
          delete answered[mark.id];
          done({ state: "queued" });
          Station.changed();
        }
        if (!mark.asks) {
          queued();
          Station.flush();
          return;
        }
        answered[mark.id] = done;
        setTimeout(queued, WAIT);
        (sending || Promise.resolve()).then(function () { return Station.flush(); }).then(function () {
          if (answered[mark.id]) queued();
        });
      });
    });
  };

  // Sends what is waiting, the oldest first, until nothing is or the network is gone.
  Station.flush = function () {
    sending = sending || step(BATCH)["catch"](function () {}).then(function () {
      sending = null;
      Station.changed();
    });
    return sending;
  };

  function step(most) {
    return Station.marks().then(function (all) {
      var waiting = all.filter(function (one) { return !one.told; });
      if (!waiting.length) return;
      var key = waiting[0].key;
      var batch = waiting.filter(function (one) { return one.key === key; }).slice(0, most);
      batch.forEach(function (one) { if (!answered[one.id]) one.asks = false; });
      return ask("marks", { marks: batch }, key).then(function (reply) {
        if (reply.status === 200) return settle(batch, reply.body.outcomes, 0).then(function () { return step(most); });
        if (reply.status === 429) return;
        if (batch.length > 1) return step(1); // one of them is at fault; the others must not wait for it
        return tell(batch[0], "refused", reply.body.detail || "").then(function () { return step(BATCH); });
      });
    });
  }

  function settle(batch, outcomes, i) {
    if (i === batch.length) return Promise.resolve();
    var mark = batch[i];
    var outcome = outcomes[i];
    var waits = answered[mark.id];
    delete answered[mark.id];
    var done;
    if (outcome.state === "counted" || outcome.state === "known") done = Station.drop(mark.n);
    else if (outcome.state === "held" || outcome.state === "refused") done = tell(mark, outcome.state, outcome.say);
    else if (waits) done = Station.drop(mark.n); // wrong digits: the person is still here and types them again
    else done = Promise.resolve(); // nobody is: it goes once more and is kept for the trainer
    return done.then(function () {
      if (waits) waits(outcome);
      return settle(batch, outcomes, i + 1);
    });
  }

  // What does not count by itself stays on the device, by name, until somebody has read it.
  function tell(mark, state, say) {
    return Station.keep({ n: mark.n, id: mark.id, name: mark.name, mark: mark.mark, device_at: mark.device_at, told: state, say: say });
  }
})();

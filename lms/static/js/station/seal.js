// Seals the last four digits for the server before they are kept: whoever takes the device cannot read them. The other half
// is open_letter in lms/core/crypto.py. A browser without WebCrypto keeps them as they are until they are sent.
(function () {
  "use strict";
  var Station = self.Station = self.Station || {}; // js/keep.js has none of the other scripts of a station

  Station.bytes = function (base64) {
    var text = atob(base64);
    var bytes = new Uint8Array(text.length);
    for (var i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  };

  function base64(parts) {
    var text = "";
    parts.forEach(function (part) {
      var bytes = new Uint8Array(part);
      for (var i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    });
    return btoa(text);
  }

  // box: the server's public key in base64. Resolves to the letter, or to null where it cannot be made.
  Station.seal = function (text, box) {
    var subtle = window.crypto && window.crypto.subtle;
    if (!subtle || !box || !window.TextEncoder) return Promise.resolve(null);
    var curve = { name: "ECDH", namedCurve: "P-256" };
    var mine;
    return subtle.generateKey(curve, true, ["deriveBits"]).then(function (pair) {
      mine = pair;
      return subtle.importKey("raw", Station.bytes(box), curve, false, []);
    }).then(function (server) {
      return subtle.deriveBits({ name: "ECDH", "public": server }, mine.privateKey, 256);
    }).then(function (shared) {
      return subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    }).then(function (secret) {
      var how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: new TextEncoder().encode("anke-letter") };
      return subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    }).then(function (key) {
      return Promise.all([
        subtle.exportKey("raw", mine.publicKey),
        subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new TextEncoder().encode(text)),
      ]);
    }).then(base64)["catch"](function () { return null; });
  };
})();

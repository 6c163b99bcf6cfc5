// Cut Tabler's style sheet down to what our pages use and put it, with htmx, where the pages expect them.
// Called by tools/setup when package-lock.json, a template, a style sheet or a script has changed.
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { PurgeCSS } from "purgecss";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const vendor = path.join(root, "lms/static/vendor");
const [, , ...content] = process.argv; // the files that name classes, found by tools/setup
const packages = createRequire(import.meta.url);

// A custom property that our own sheets read or set has a use that Tabler's sheet alone does not show.
const ours = path.join(root, "lms/static/css");
const sheets = (await readdir(ours)).filter((name) => name.endsWith(".css"));
const own = (await Promise.all(sheets.map((name) => readFile(path.join(ours, name), "utf8")))).join("\n");
const read = [...new Set(own.match(/--tblr-[\w-]+/g) ?? [])];

const [cut] = await new PurgeCSS().purge({
  css: [packages.resolve("@tabler/core/dist/css/tabler.min.css")],
  content,
  // A class may stand in a template, a script or a Python form; words with :, / and . are Tabler's too.
  defaultExtractor: (text) => text.match(/[A-Za-z0-9_-]+(?:[:/.][A-Za-z0-9_-]+)*/g)?.flatMap((word) => [word, ...word.split(/[:/.]/)]) ?? [],
  safelist: {
    standard: [/^htmx-/], // set by htmx while a request runs
    variables: read,
  },
  blocklist: [/data-bs-theme-(base|font|radius|primary)/, /^data-bs-theme$/], // theme switches that no page offers
  keyframes: true,
  fontFace: true,
  variables: true,
});
// We have one scheme, and browsers inside apps are often too old for light-dark() (Chromium 123).
const css = light(cut.css);

await mkdir(vendor, { recursive: true });
await place("tabler.css", css);
await place("htmx.js", await readFile(packages.resolve("htmx.org/dist/htmx.min.js"), "utf8"));

async function place(name, text) {
  const target = path.join(vendor, name);
  await writeFile(`${target}.new`, text); // a running server never sees half a file
  await rename(`${target}.new`, target);
  console.log(`${name}: ${(text.length / 1000).toFixed(0)} KB, ${(gzipSync(text, { level: 9 }).length / 1024).toFixed(1)} KB gzip`);
}

/** The sheet with every light-dark(a, b), also a nested one, replaced by its a. */
function light(sheet) {
  const start = sheet.lastIndexOf("light-dark(");
  if (start < 0) return sheet;
  let depth = 0;
  let comma = 0;
  for (let at = start + "light-dark".length; at < sheet.length; at++) {
    if (sheet[at] === "(") depth++;
    if (sheet[at] === "," && depth === 1) comma ||= at;
    if (sheet[at] === ")" && --depth === 0) {
      return light(sheet.slice(0, start) + sheet.slice(start + "light-dark(".length, comma) + sheet.slice(at + 1));
    }
  }
  throw new Error("light-dark( is not closed");
}

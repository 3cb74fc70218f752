// Runs the verifier in JavaScript over the folder of vectors: a report a line, `null` for SQLite files.
//
//     node run_vectors.mjs VERIFIER FOLDER

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [verifier, folder] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(path.resolve(verifier)).href);
// Whole numbers keep their digits.
const plain = (_, value) =>
  typeof value === "bigint" ? `#${value}#` : value instanceof Map ? Object.fromEntries(value) : value;

for (const asked of JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8")).cases) {
  const file = (name, day) => [name, fs.readFileSync(path.join(folder, name)), day];
  const held = [
    ...asked.held.map((name) => file(name, null)),
    ...(asked.received ?? []).map(([name, day]) => file(name, day)),
  ];
  const call = { ...asked, maxAge: asked.max_age, held, log: path.join(folder, asked.log) };
  let report = null;
  try {
    if (!asked.log.endsWith(".db")) report = verify(call);
  } catch (error) {
    report = { verdict: `${error.stack}` }; // a fault of the verifier: no verdict at all
  }
  console.log(JSON.stringify(report, plain).replace(/"#(-?[0-9]+)#"/g, "$1"));
}

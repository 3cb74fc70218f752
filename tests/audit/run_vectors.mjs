// Runs the verifier in JavaScript over the folder of vectors: a report a line, `null` for SQLite files
// and where TOML is needed, which it does not read.
//
//     node run_vectors.mjs VERIFIER FOLDER

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { callOf, isRead } from "./vector_calls.mjs";

const [verifier, folder] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(path.resolve(verifier)).href);

// Whole numbers keep their digits.
const plain = (_, value) =>
  typeof value === "bigint" ? `#${value}#` : value instanceof Map ? Object.fromEntries(value) : value;
const written = (value) => JSON.stringify(value, plain).replace(/"#(-?[0-9]+)#"/g, "$1");

function answer(asked) {
  if (!isRead(asked)) return null;
  try {
    return verify(callOf(folder, asked));
  } catch (error) {
    return { verdict: `${error.stack}` }; // a fault of the verifier: no verdict at all
  }
}

const { cases } = JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"));
for (const asked of cases) console.log(written(answer(asked)));

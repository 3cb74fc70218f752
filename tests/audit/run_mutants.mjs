// Asks mutants of the verifier in JavaScript what the vectors ask, many in one process: each in a
// sandbox of time, and first the cases that come by the place that was changed.
//
//     node run_mutants.mjs VERIFIER FOLDER
//
// A line in is JSON: first the cases, with numbers above 2^53 as "#digits#"; then a mutant each, `at` (an
// offset in characters) and `text`. A line out is the name of the case that shows the mutant, or null.

import fs from "node:fs";
import inspector from "node:inspector";
import { createRequire } from "node:module";
import readline from "node:readline";
import vm from "node:vm";

import { callOf, isRead } from "./vector_calls.mjs";

const MILLISECONDS = 10_000; // a case takes one or two
const [verifier, folder] = process.argv.slice(2);
const require = createRequire(import.meta.url);

// The module as a function that gives `verify`, every character where it stood.
const HEAD = "(function ($) {";
function script(text, filename) {
  const plain = text
    .replace(/^import (\w+) from ("[^"]+");$/gm, (all, name, from) => `var ${name}=$(${from});`.padEnd(all.length))
    .replace(/^import \{[^\n]*$/gm, (all) => " ".repeat(all.length))
    .replace(/^export /gm, "       ")
    .replace(/^if \(import\.meta\.url[^\n]*$/m, "return verify;");
  return new vm.Script(`${HEAD}${plain}})`, { filename });
}
const loaded = (text, filename) => script(text, filename).runInThisContext({ timeout: MILLISECONDS })(require);
const guarded = new vm.Script("globalThis.work()");

function answer(verify, call) {
  let report;
  globalThis.work = () => { report = verify(call); };
  try {
    guarded.runInThisContext({ timeout: MILLISECONDS });
    return report;
  } catch (error) {
    return { verdict: `${error.stack}` };
  }
}

// Whether the report says what `expect` does.
function right(expect, report) {
  const faults = report.faults ?? [];
  const placed = faults.filter(({ index }) => index !== undefined && index !== -1);
  const told = {
    ...report,
    index: placed[0]?.index ?? null,
    faults: placed.map(({ verdict, index, position }) => [verdict, index, position ?? null]),
    event: placed.length ? [placed[0].stream ?? null, placed[0].version ?? null] : null,
    verdicts: [...new Set(faults.map(({ verdict }) => verdict))].sort(),
    fault_count: faults.length,
    notice_count: (report.notices ?? []).length,
  };
  return Object.keys(expect).every((name) => told[name] !== undefined && same(told[name], expect[name]));
}

const same = (told, due) => {
  if (typeof told === "bigint" || /^#-?[0-9]+#$/.test(due)) return `#${told}#` === `#${`${due}`.replaceAll("#", "")}#`;
  if (told instanceof Map) return same(Object.fromEntries(told), due);
  if (told === null || typeof told !== "object" || due === null || typeof due !== "object") return told === due;
  const names = Object.keys(due);
  return Object.keys(told).length === names.length && names.every((name) => same(told[name], due[name]));
};

const session = new inspector.Session();
session.connect();
const post = (method, params) => {
  let told;
  session.post(method, params, (error, result) => {
    if (error) throw new Error(JSON.stringify(error));
    told = result;
  });
  return told;
};

// For each case the ranges that it came by: the innermost around a place tells whether it did.
function ranges(verify, cases) {
  return cases.map(({ call }) => {
    post("Profiler.takePreciseCoverage");
    answer(verify, call);
    const { result } = post("Profiler.takePreciseCoverage");
    return result.filter(({ url }) => url === "original").flatMap((one) => one.functions.flatMap((f) => f.ranges));
  });
}
const cameBy = (ranges, place) => {
  const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= place && place < endOffset);
  const width = ({ startOffset, endOffset }) => endOffset - startOffset;
  return around.length > 0 && around.reduce((a, b) => (width(b) < width(a) ? b : a)).count > 0;
};

let cases = null;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (cases === null) {
    cases = told.filter(isRead).map((asked) => ({ asked, call: callOf(folder, asked) }));
    post("Profiler.enable");
    post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    const original = loaded(fs.readFileSync(verifier, "utf8"), "original");
    ranges(original, cases).forEach((found, n) => { cases[n].ranges = found; });
    post("Profiler.stopPreciseCoverage");
    post("Profiler.disable");
    const wrong = cases.find(({ asked, call }) => !right(asked.expect, answer(original, call)));
    console.log(JSON.stringify(wrong?.asked.name ?? null));
    continue;
  }
  let killer = null;
  try {
    const verify = loaded(told.text, "mutant");
    const place = told.at + HEAD.length;
    const near = new Set(cases.filter(({ ranges }) => cameBy(ranges, place)));
    const order = [...near, ...cases.filter((one) => !near.has(one))];
    const found = order.find(({ asked, call }) => !right(asked.expect, answer(verify, call)));
    if (found) {
      killer = found.asked.name;
      cases = [found, ...cases.filter((one) => one !== found)];
    }
  } catch (error) {
    killer = `ends: ${error.message}`;
  }
  console.log(JSON.stringify(killer));
}

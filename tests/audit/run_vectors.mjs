// Runs the verifier in JavaScript over the folder of vectors: a report a line, `null` for SQLite files
// and where TOML is needed, which it does not read. With --until-wrong it only says which case is the first that is answered
// otherwise than it should be, or `null`.
//
//     node run_vectors.mjs VERIFIER FOLDER [--until-wrong]

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [verifier, folder, untilWrong] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(path.resolve(verifier)).href);

// Whole numbers keep their digits.
const plain = (_, value) =>
  typeof value === "bigint" ? `#${value}#` : value instanceof Map ? Object.fromEntries(value) : value;
const written = (value) => JSON.stringify(value, plain).replace(/"#(-?[0-9]+)#"/g, "$1");

function answer(asked) {
  const file = (name, day) => [name, fs.readFileSync(path.join(folder, name)), day];
  const held = [
    ...asked.held.map((name) => file(name, null)),
    ...(asked.received ?? []).map(([name, day]) => file(name, day)),
  ];
  const call = { ...asked, maxAge: asked.max_age, held, log: path.join(folder, asked.log) };
  if (asked.log.endsWith(".db") || asked.needs) return null;
  try {
    return verify(call);
  } catch (error) {
    return { verdict: `${error.stack}` }; // a fault of the verifier: no verdict at all
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
    verdicts: [...new Set(faults.map(({ verdict }) => verdict))].sort(),
    fault_count: faults.length,
    notice_count: (report.notices ?? []).length,
  };
  return Object.keys(expect).every((name) => told[name] !== undefined && same(told[name], expect[name]));
}

// JSON.parse rounds numbers above 2^53; those that the vectors have are told apart by the other runs.
const same = (told, due) => {
  if (typeof told === "bigint") return Number(told) === due;
  if (told instanceof Map) return same(Object.fromEntries(told), due);
  if (told === null || typeof told !== "object" || due === null || typeof due !== "object") return told === due;
  const names = Object.keys(due);
  return Object.keys(told).length === names.length && names.every((name) => same(told[name], due[name]));
};

const { cases } = JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"));
if (untilWrong) {
  const order = (process.env.FIRST ?? "").split(",");
  const sorted = [...cases.filter(({ name }) => order.includes(name)), ...cases];
  const wrong = sorted.find((asked) => {
    const report = answer(asked);
    return report !== null && !right(asked.expect, report);
  });
  console.log(JSON.stringify(wrong?.name ?? null));
} else {
  for (const asked of cases) console.log(written(answer(asked)));
}

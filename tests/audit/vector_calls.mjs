// The call of a verifier in JavaScript that a case of the vectors asks for.

import fs from "node:fs";
import path from "node:path";

export function callOf(folder, asked) {
  const file = (name, day) => [name, fs.readFileSync(path.join(folder, name)), day];
  const held = [
    ...asked.held.map((name) => file(name, null)),
    ...(asked.received ?? []).map(([name, day]) => file(name, day)),
  ];
  return { ...asked, maxAge: asked.max_age, held, log: path.join(folder, asked.log) };
}

// Of a verifier that reads neither SQLite files nor the TOML of mappings.
export const isRead = (asked) => !asked.log.endsWith(".db") && !asked.needs;

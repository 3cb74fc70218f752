// A verifier of exports in JavaScript, written from docs/reference/verifier.md alone. It shows that
// the page is enough, and is for whoever writes one in another language to read. It needs Node 20 and
// nothing else, reads bundles (directories and ZIPs) and neither SQLite files nor the TOML of mappings,
// and keeps the whole bundle in memory. Numbers in parentheses are the sections of the page.
//
//     node verify.mjs BUNDLE --vkey KEY... --checkpoint NOTE... [--received NOTE DAY]...
//          [--witness VKEY... --quorum N] [--nonce NONCE] [--max-age SECONDS] [--streams]

import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

const MAX = 2n ** 63n - 1n;
const LINE = 2 ** 26;
const NAME = String.raw`[^\p{White_Space}+\u0000-\u001f\u007f-\u009f]+`;
const KEY = new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)$`, "u");
const FORM = String.raw`(${NAME})\n(0|[1-9][0-9]{0,18})\n(\S{44})\n\n((?:\u2014 ${NAME} \S+\n){1,16})`;
const NOTE = new RegExp(`^${FORM}$`, "u");
const NOTES = new RegExp(`^${FORM}`, "gmu");
const MORE_LINES = new RegExp(`^([^]*?\n\n(?:\u2014[^\n]*\n){16})[^]*$`, "u");
const LITTER = /^(__MACOSX\/[^]*|([^]*\/)?(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini))$/;
const FILE = new RegExp(
  String.raw`^(manifest\.json|events-[0-9]{6}\.jsonl|(checkpoints|redacted|disclosed)\.jsonl` +
    String.raw`|(tiles|schema|policies|mappings|stamps|move)(/(?!\.)[A-Za-z0-9._-]{1,64}){1,8})$`,
);

class Malformed extends Error {}
class Unreadable extends Error {} // its bytes cannot be had

// ------------------------------------------------------------------------------------- notation

const sha256 = (...parts) => {
  const hash = crypto.createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const node = (left, right) => sha256(Buffer.of(1), left, right);
const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b; };
const lp = (text) => { const b = Buffer.from(text); return Buffer.concat([u16(b.length), b]); };

function need(fits, reason) {
  if (!fits) throw new Malformed(reason);
}

function unbase64(text) {
  need(typeof text === "string", "base64 is a text");
  const raw = Buffer.from(text, "base64");
  need(raw.toString("base64") === text, "base64 is not canonical");
  return raw;
}

function unhex(text, size) {
  need(typeof text === "string" && /^([0-9a-f]{2})*$/.test(text), "hex is pairs of lower-case digits");
  need(size === undefined || text.length === 2 * size, `hex is of ${size} bytes`);
  return Buffer.from(text, "hex");
}

function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed("it is no UTF-8");
  }
}

// JSON whose whole numbers keep all their digits (BigInt), and whose objects are Maps; JSON.parse would
// round positions. Of members named twice the last counts; `twice` are their names.
function readJson(text) {
  let at = 0;
  const number = String.raw`(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?`;
  const quoted = String.raw`("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")`;
  const token = new RegExp(String.raw`[ \t\n\r]*(?:([{}[\],:])|(true|false|null)|${number}|${quoted})`, "y");
  const next = () => {
    token.lastIndex = at;
    const found = token.exec(text);
    need(found, `no JSON stands at character ${at}`);
    at = token.lastIndex;
    return found;
  };
  const value = (found, depth) => {
    need(depth < 500, "it is nested too deeply");
    const [whole, sign, word, int, fraction, exponent, string] = found;
    if (string !== undefined) return JSON.parse(string);
    if (word !== undefined) return JSON.parse(word);
    if (int !== undefined) return fraction || exponent ? Number(whole) : BigInt(int);
    if (sign === "[") {
      const items = [];
      for (let item = next(); ; item = next()) {
        if (item[1] === "]" && items.length === 0) return items;
        items.push(value(item, depth + 1));
        const after = next()[1];
        if (after === "]") return items;
        need(after === ",", "a list goes on without a comma");
      }
    }
    need(sign === "{", `${sign} stands where a value is due`);
    const members = Object.assign(new Map(), { twice: new Set() });
    for (let item = next(); ; item = next()) {
      if (item[1] === "}" && members.size === 0) return members;
      need(item[6] !== undefined, "a member has no name");
      const name = JSON.parse(item[6]);
      need(next()[1] === ":", "a member has no value");
      if (members.has(name)) members.twice.add(name);
      members.set(name, value(next(), depth + 1));
      const after = next()[1];
      if (after === "}") return members;
      need(after === ",", "an object goes on without a comma");
    }
  };
  const read = value(next(), 0);
  need(/^[ \t\n\r]*$/.test(text.slice(at)), "something stands behind the JSON");
  return read;
}

// Whether something is so; what cannot be read is not.
function fits(check) {
  try {
    return check() !== false;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

const isInt = (value) => typeof value === "bigint";
const isText = (value) => typeof value === "string";
const isCount = (value) => isInt(value) && value >= 0n && value <= MAX;
const same = (a, b) => Array.isArray(a) && Array.isArray(b)
  ? a.length === b.length && a.every((item, n) => same(item, b[n])) : a === b;

// ------------------------------------------------------------------------------- (1) keys, (3) notes

const P = 2n ** 255n - 19n;
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = [0n, 1n, P - 1n, Y8, P - Y8];

function readKey(text, type) {
  const found = KEY.exec(text.trim());
  need(found, `${text} is no verifier key`);
  const [, name, id, coded] = found;
  const raw = unbase64(coded);
  need(raw.length === 33 && raw[0] === type, `${text} is no key of type ${type}`);
  const hashed = sha256(`${name}\n`, raw).subarray(0, 4).toString("hex");
  need(hashed === id, `the id of ${text} is not its own`);
  const y = BigInt(`0x${Buffer.from(raw.subarray(1)).reverse().toString("hex")}`) & (2n ** 255n - 1n);
  need(y < P && !SMALL_ORDER.includes(y), `everybody can sign under ${text}`);
  const jwk = { kty: "OKP", crv: "Ed25519", x: raw.subarray(1).toString("base64url") };
  return { name, id: Buffer.from(id, "hex"), key: crypto.createPublicKey({ key: jwk, format: "jwk" }) };
}

function signedBy({ key }, message, signature) {
  return signature.length === 64 && crypto.verify(null, message, key, signature);
}

function readNote(text, keys, witnesses) {
  const found = NOTE.exec(text);
  need(found && Buffer.byteLength(text) <= 65536, "it is no checkpoint");
  const [, origin, digits, coded, lines] = found;
  const size = BigInt(digits);
  const root = unbase64(coded);
  need(size <= MAX && root.length === 32, "its size or root is out of range");
  need(size > 0n || root.equals(sha256()), "a log of no events has another root");
  need(keys.length === 0 || origin === keys[0].name, `it is of another log, ${origin}`);
  const message = Buffer.from(`${origin}\n${digits}\n${coded}\n`);
  const times = new Map();
  let signed = false;
  for (const line of lines.split("\n").slice(0, -1)) {
    const [, name, signature] = line.split(" ");
    const raw = unbase64(signature);
    need(raw.length >= 5, `the signature of ${name} is cut short`);
    const known = ({ name: other, id }) => other === name && id.equals(raw.subarray(0, 4));
    for (const key of keys.filter(known)) {
      need(signedBy(key, message, raw.subarray(4)), `the signature of ${name} is wrong`);
      signed = true;
    }
    for (const key of witnesses.filter(known)) {
      need(raw.length === 76, `the cosignature of ${name} is cut short`);
      const time = raw.readBigUInt64BE(4);
      need(time >= 1n && time <= MAX, `the time of ${name} is out of range`);
      const cosigned = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${time}\n`), message]);
      need(signedBy(key, cosigned, raw.subarray(12)), `the cosignature of ${name} is wrong`);
      if (!(times.get(name) >= time)) times.set(name, time);
    }
  }
  return { size, root, signed, times: [...times.values()].sort((a, b) => (a < b ? 1 : -1)) };
}

// ----------------------------------------------------------------------------------- (2) the bundle

function filesOf(where) {
  const files = new Map();
  if (!fs.statSync(where).isDirectory()) return membersOf(fs.readFileSync(where));
  const walk = (folder, before) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const [name, place] = [before + entry.name, path.join(folder, entry.name)];
      if (entry.isDirectory()) walk(place, `${name}/`);
      else if (entry.isFile()) files.set(name, () => fs.readFileSync(place));
      else throw new Unreadable(`${name} is a link, or no file`);
    }
  };
  walk(where, "");
  return files;
}

// What opens each member of a ZIP (APPNOTE.TXT 4.3; 4.5.3 for sizes above 32 bits).
function membersOf(zip) {
  const sound = (fits, reason) => { if (!fits) throw new Unreadable(reason); };
  const end = zip.length - 22;
  sound(end >= 0 && zip.readUInt32LE(end) === 0x06054b50, "it does not end as a ZIP does");
  let [count, length, start] = [zip.readUInt16LE(end + 10), zip.readUInt32LE(end + 12), zip.readUInt32LE(end + 16)];
  let stop = end;
  if (end >= 20 && zip.readUInt32LE(end - 20) === 0x07064b50) {
    stop = Number(zip.readBigUInt64LE(end - 12));
    sound(stop + 56 <= end && zip.readUInt32LE(stop) === 0x06064b50, "its long end record is not there");
    [count, length, start] = [32, 40, 48].map((at) => Number(zip.readBigUInt64LE(stop + at)));
  }
  sound(start + length === stop && count <= 200_000, "something stands beside its members");
  const files = new Map();
  let [at, lowest, total] = [start, Infinity, 0];
  for (let n = 0; n < count; n++) {
    sound(at + 46 <= stop && zip.readUInt32LE(at) === 0x02014b50, "its directory is cut short");
    const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)];
    const crc = zip.readUInt32LE(at + 16);
    let [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    let offset = zip.readUInt32LE(at + 42);
    const [named, extra, remark] = [28, 30, 32].map((by) => zip.readUInt16LE(at + by));
    const raw = zip.subarray(at + 46, at + 46 + named);
    const more = zip.subarray(at + 46 + named, at + 46 + named + extra);
    for (let p = 0; p + 4 <= more.length; p += 4 + more.readUInt16LE(p + 2)) {
      if (more.readUInt16LE(p) !== 1) continue;
      let q = p + 4;
      const long = (value) => {
        if (value !== 0xffffffff) return value;
        q += 8;
        return Number(more.readBigUInt64LE(q - 8));
      };
      [size, packed, offset] = [long(size), long(packed), long(offset)];
    }
    const name = raw.toString("latin1");
    const link = (zip.readUInt32LE(at + 38) >>> 28) === 0o12;
    sound(!link && !(flags & 0x41), `${name} is a link, or encrypted`);
    sound(method === 0 || method === 8, `${name} is packed in another way`);
    sound(size <= 2 ** 20 || size <= 200 * packed, `${name} unpacks to suspiciously much`);
    sound(!files.has(name), `${name} is there twice`);
    [lowest, total] = [Math.min(lowest, offset), total + size];
    at += 46 + named + extra + remark;
    if (name.endsWith("/") && size === 0) continue; // a directory
    files.set(name, () => {
      const there = offset + 30 <= zip.length && zip.readUInt32LE(offset) === 0x04034b50;
      sound(there, `${name} is not where the directory says`);
      const [width, gap] = [zip.readUInt16LE(offset + 26), zip.readUInt16LE(offset + 28)];
      const called = zip.subarray(offset + 30, offset + 30 + width);
      sound(called.equals(raw), `${name} bears another name where it stands`);
      const data = zip.subarray(offset + 30 + width + gap, offset + 30 + width + gap + packed);
      const content = method === 0 ? data : inflated(data, size);
      sound(content?.length === size && crc32(content) === crc, `${name} is damaged`);
      return content;
    });
  }
  sound(at === stop && lowest === 0 && total <= 2 ** 38, "something stands beside its members");
  return files;
}

// What was deflated, or null where it is no such data, or more of it than is told.
function inflated(data, size) {
  try {
    return zlib.inflateRawSync(data, { maxOutputLength: size + 1 });
  } catch {
    return null;
  }
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// What each member of a manifest has to be.
const MANIFEST = {
  format: (value) => ["mentorcore-export/1", "mentorcore-export/2"].includes(value),
  log_id: (value) => unhex(value, 16),
  origin: (value) => value === null || (isText(value) && new RegExp(`^${NAME}$`, "u").test(value)),
  size: isCount,
  root: (value) => unhex(value, 32),
  states: (value) => ["full", "withheld"].includes(value),
  engine: isText,
  files: (value) => value instanceof Map && !value.twice.size && [...value.values()].every(isFile),
};
const isFile = (item) => Array.isArray(item) && item.length === 2 && isCount(item[0]) && unhex(item[1], 32);

// What each line of a file beside the events has to be, and the verdict if it is not.
const BESIDE = {
  "checkpoints.jsonl": ["bad-signature", 2, ([size, note]) => isInt(size) && isText(note)],
  "redacted.jsonl": ["unreadable", 3, ([position, digest, residual]) =>
    isInt(position) && unhex(digest, 32) && (residual === null || unbase64(residual))],
  "disclosed.jsonl": ["unreadable", 4, ([position, field, context, key]) =>
    isInt(position) && isText(field) && unhex(context) && unhex(key)],
};

class Bundle {
  constructor(where) {
    this.faults = [];
    this.notices = [];
    let files = [...filesOf(where)];
    for (const [name] of files.filter(([name]) => LITTER.test(name))) this.notices.push(`${name} was left out`);
    files = files.filter(([name]) => !LITTER.test(name));
    const tops = new Set(files.map(([name]) => name.split("/")[0]));
    if (tops.size === 1 && !files.some(([name]) => name === "manifest.json")) {
      files = files.map(([name, open]) => [name.slice(name.indexOf("/") + 1), open]);
    }
    const names = files.map(([name]) => name);
    need(names.every((name) => FILE.test(name)), "a file is there that no bundle has");
    need(new Set(names.map((name) => name.toLowerCase())).size === names.length, "two names differ in case only");
    need(names.includes("manifest.json"), "there is no manifest.json");
    this.files = new Map(files);
    this.told = this.manifest();
    need("log_id" in this.told && "format" in this.told, "the manifest names no log, or no format");
    const later = names.some((name) => /^(stamps|move)\//.test(name));
    need(!later || this.told.format === "mentorcore-export/2", "this format has no stamps/ and no move/");
    this.logId = unhex(this.told.log_id);
    this.differing = this.compared();
    this.redacted = new Map();
    for (const [position, ...gone] of this.beside("redacted.jsonl")) this.redacted.set(position, gone);
    this.disclosed = this.beside("disclosed.jsonl");
    this.notes = this.beside("checkpoints.jsonl");
    if (names.some((name) => name.startsWith("mappings/"))) this.notices.push("texts of mappings are not read");
  }

  // What the manifest says once, and as it must.
  manifest() {
    const told = readJson(utf8(this.files.get("manifest.json")()));
    need(told instanceof Map, "the manifest is no object");
    const right = {};
    for (const [name, is] of Object.entries(MANIFEST)) {
      if (!told.twice.has(name) && told.has(name) && fits(() => is(told.get(name)))) right[name] = told.get(name);
      else this.faults.push(["unreadable", `${name} is missing in the manifest, or not as it must be`]);
    }
    return right;
  }

  // Names of files that are not as the manifest lists them.
  compared() {
    const found = [...this.files.keys()].filter((name) => name !== "manifest.json");
    const differing = new Set();
    for (const name of found) {
      try {
        const [bytes, told] = [this.files.get(name)(), this.told.files?.get(name)];
        const equal = told && told[0] === BigInt(bytes.length) && told[1] === sha256(bytes).toString("hex");
        if (this.told.files && !equal) differing.add(name);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        if (!name.startsWith("events-")) this.faults.push(["unreadable", error.message]);
      }
    }
    for (const name of this.told.files?.keys() ?? []) if (!found.includes(name)) differing.add(name);
    return [...differing].sort();
  }

  // The lines of a file beside the events that are as they must be.
  beside(name) {
    const [verdict, parts, is] = BESIDE[name];
    const items = [];
    let number = 0;
    const wrong = () => this.faults.push([verdict, `line ${number} of ${name} is not as it must be`]);
    try {
      for (const line of this.lines(name)) {
        number += 1;
        let item = null;
        const read = fits(() => {
          item = readJson(utf8(line));
          return Array.isArray(item) && item.length === parts && is(item);
        });
        if (read) items.push(item);
        else wrong();
      }
    } catch (error) {
      number += 1;
      if (error instanceof Malformed) wrong();
      else if (!(error instanceof Unreadable)) throw error; // told already
    }
    return items;
  }

  *lines(name) {
    const bytes = this.files.get(name)?.() ?? Buffer.alloc(0);
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(10, at);
      need(end >= 0 && end - at < LINE, `${name} has a line without an end`);
      yield bytes.subarray(at, end);
      at = end + 1;
    }
  }

  // The events up to the first that cannot be read, and what is wrong with that one.
  rows() {
    const rows = [];
    const names = [...this.files.keys()].filter((name) => name.startsWith("events-")).sort();
    try {
      for (const name of names) {
        for (const line of this.lines(name)) rows.push(this.row(readJson(utf8(line)), rows.length));
      }
    } catch (error) {
      if (!(error instanceof Malformed || error instanceof Unreadable)) throw error;
      return { rows, broken: error };
    }
    return { rows, broken: null };
  }

  row(item, due) {
    need(Array.isArray(item) && item.length === 7, "a row has seven parts");
    const [index, position, stream, version, name, coded, hex] = item;
    need(index === BigInt(due), `index ${index} stands where ${due} is due`);
    need((coded === null) !== (hex === null) && coded !== "", "a row has a state or its digest");
    const state = coded === null ? null : unbase64(coded);
    return { position, stream, version, name, state, digest: state ? sha256(state) : unhex(hex, 32) };
  }

  // Leaf hashes as the tiles tell them, or null.
  hints(size) {
    const hashes = [];
    for (let n = 0n; n * 256n < size; n++) {
      const width = (this.told.size ?? 0n) - 256n * n;
      let [name, rest] = [`${n % 1000n}`.padStart(3, "0"), n / 1000n];
      for (; rest; rest /= 1000n) name = `x${`${rest % 1000n}`.padStart(3, "0")}/${name}`;
      const open = this.files.get(`tiles/tile/0/${name}${width < 256n ? `.p/${width}` : ""}`);
      if (!open) return null;
      const tile = open();
      for (let at = 0; at < tile.length && BigInt(hashes.length) < size; at += 32) {
        hashes.push(tile.subarray(at, at + 32));
      }
    }
    return BigInt(hashes.length) === size ? hashes : null;
  }
}

// ------------------------------------------------------------------------- (5) leaves and the tree

function leafHash(logId, index, { position, stream, version, name, digest }) {
  need(isInt(position) && isInt(version), "position or version is no whole number");
  need(position >= 1n && position <= MAX && version >= 0n && version <= MAX, "position or version is out of range");
  for (const [text, most] of [[stream, 255], [name, 1024]]) {
    need(isText(text) && text.isWellFormed() && !text.includes("\0"), "stream or name is no text that can be");
    const size = Buffer.byteLength(text);
    need(size >= 1 && size <= most, "stream or name is too long, or empty");
  }
  return sha256(Buffer.of(0), "MCL1", logId, u64(index), u64(position), lp(stream), u64(version), lp(name), digest);
}

class Tree {
  size = 0;
  edge = [];

  append(leaf) {
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) leaf = node(this.edge.pop(), leaf);
    this.edge.push(leaf);
    this.size += 1;
  }

  root() {
    return this.edge.length ? this.edge.reduceRight((right, left) => node(left, right)) : sha256();
  }
}

// --------------------------------------------------------------------------------- (7) opened values

function opened(logId, { stream, version, state }, field, context, key) {
  const begin = Buffer.concat([Buffer.from("MCF1"), logId]);
  const end = Buffer.concat([lp(stream), u64(version), lp(field)]);
  const belongs = context.subarray(0, 20).equals(begin) && context.subarray(-end.length).equals(end);
  need(belongs, "its context names something else");
  need(state !== null, "its state is not there");
  const told = readJson(utf8(state));
  const fields = told instanceof Map && told.has("d") ? told.get("d") : told;
  const sealed = fields instanceof Map ? fields.get(field) : undefined;
  need(sealed instanceof Map, "nothing sealed stands there");
  const value = unbase64(sealed.get("_e"));
  const people = context[20];
  need(value[0] === 1 && value[1] === people, "its number of people is another");
  const start = 2 + 4 * people;
  need(key.length === 32 && value.length >= start + 28, "the key or the value is cut short");
  const decipher = crypto.createDecipheriv("aes-256-gcm", key, value.subarray(start, start + 12));
  decipher.setAAD(context);
  decipher.setAuthTag(value.subarray(-16));
  let plain;
  try {
    plain = Buffer.concat([decipher.update(value.subarray(start + 12, -16)), decipher.final()]);
  } catch {
    throw new Malformed("the key opens something else");
  }
  need(plain.length >= 36, "the value is cut short");
  const size = plain.readUInt32BE(32);
  const zeros = Buffer.concat([plain.subarray(0, 32), plain.subarray(36 + size)]);
  const padded = zeros.length === 32 + ((32 - ((4 + size) % 32)) % 32) && zeros.every((byte) => byte === 0);
  need(padded, "another key could open it as something else");
  return readJson(utf8(plain.subarray(36, 36 + size)));
}

// ------------------------------------------------------------------------------- (3) to (7) the whole

const ORDER = [
  "fork", "changed", "truncated", "schema", "bad-signature", "stale", "unreadable", "unanchored", "verified",
];
const AHEAD = 300n;

const LATEST = 253_000_000_000n; // a day that is far from the last one there is
const dayOf = (seconds) => new Date(Number(seconds < LATEST ? seconds : LATEST) * 1000).toISOString().slice(0, 10);
const daysAfter = (day, days) => {
  const time = Date.parse(day);
  const text = Number.isNaN(time) ? "" : new Date(time + days * 86_400_000).toISOString();
  return text.startsWith("+") ? "later" : text.slice(0, 10); // behind the year 9999, and as a text, too
};
const TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z"/;

// The recorded time of an event, or null.
function timeOf(state) {
  if (state === null || state.toString("latin1", 0, 7) !== '{"_s":"') return null;
  if (state.toString("latin1", 23, 31) !== '","at":"') return null;
  const time = state.toString("latin1", 31, 59);
  need(TIME.test(time), "its recorded time is not written as one");
  return time.slice(0, 27);
}

// The checkpoints in a file that somebody kept, and whether the file is exactly these.
function notesIn(bytes) {
  const wide = { fffe: "utf-16le", feff: "utf-16be" }[bytes.subarray(0, 2).toString("hex")];
  const text = new TextDecoder(wide ?? "utf-8", { ignoreBOM: true }).decode(bytes);
  const plain = `${text.replace(/^\ufeff/, "").trimEnd()}\n`.replace(/[ \t]*\r?\n/g, "\n");
  const notes = [...plain.matchAll(NOTES)].map(([note]) => note);
  return { notes, exact: notes.join("") === text };
}

class Verification {
  constructor(bundle, keys, witnesses, quorum) {
    Object.assign(this, { bundle, keys, witnesses, quorum });
    this.faults = [];
    this.notices = [];
    this.notes = [];
    this.covered = this.signed = this.position = this.coveredPosition = 0n;
  }

  no(verdict, reason, index = -1, row = null) {
    const where = row && { position: row.position, stream: row.stream, version: row.version, name: row.name };
    this.faults.push({ verdict, reason, index, ...where });
  }

  // `held` are a name, bytes, and the day on which they were received, or null.
  readHeld(held) {
    for (const [what, bytes, day] of held) {
      const { notes, exact } = notesIn(bytes);
      if (notes.length === 0) this.no("unreadable", `${what} is no checkpoint`);
      else if (!exact) this.notices.push(`${what} is more than a checkpoint, which was read`);
      for (const note of notes) this.readNote(what, note, null, day);
    }
  }

  readKept() {
    for (const [size, note] of this.bundle.notes) {
      this.readNote(`the log's checkpoint of size ${size}`, note.replace(MORE_LINES, "$1"), size, null);
    }
  }

  // `listed` is the size of one that came along, and null for one that is held.
  readNote(what, text, listed, day) {
    let note;
    try {
      note = readNote(text, this.keys, this.witnesses);
      if (listed === null) need(note.signed, "it is signed by no known key");
      else need(listed === note.size, "it is listed under another size");
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.no("bad-signature", `${what}: ${error.message}`);
      return;
    }
    if (this.keys.length && !note.signed) {
      this.notices.push(`${what} is signed by no known key, and was left out`);
      return;
    }
    const enough = note.times.length >= this.quorum;
    note.outside = enough && (listed === null || this.quorum >= 1);
    note.received = day !== null;
    note.day = day ?? (enough && note.times.length ? dayOf(earliest(note.times)) : null);
    note.what = what;
    if (this.keys.length && this.notes.some(({ size, root }) => size === note.size && !root.equals(note.root))) {
      this.no("fork", `two different logs of ${note.size} events were signed`);
    }
    this.notes.push(note);
  }

  pass(streams) {
    const { logId, redacted } = this.bundle;
    const { rows, broken } = this.bundle.rows();
    const [tree, versions, leaves] = [new Tree(), new Map(), []];
    Object.assign(this, { rows, tree, removed: [], withheld: 0, gaps: 0n, nonces: [], announced: [] });
    Object.assign(this, { latest: "", fell: false, seen: [], whole: false });
    let [differs, fitting, last] = [null, 0n, null];
    try {
      for (const row of rows) {
        last = row;
        const leaf = leafHash(logId, tree.size, row);
        need(row.position > this.position, `its position does not rise above ${this.position}`);
        if (streams) {
          const before = versions.get(row.stream);
          need(before === undefined || row.version === before + 1n, `the stream's last version was ${before}`);
          versions.set(row.stream, row.version);
        }
        const time = timeOf(row.state);
        this.readEvent(row, tree.size);
        if (time !== null) this.date(time, tree.size, row);
        if (redacted.has(row.position)) this.removed.push([tree.size, row]);
        else if (row.state === null) this.withheld += 1;
        leaves.push(leaf);
        tree.append(leaf);
        this.gaps += row.position - this.position - 1n;
        this.position = row.position;
        for (const note of this.notes.filter(({ size }) => size === BigInt(tree.size))) {
          if (!note.root.equals(tree.root())) {
            differs ??= note;
            continue;
          }
          fitting = differs ? fitting : note.size;
          if (note.signed) this.signed = note.size;
          if (note.outside) [this.covered, this.coveredPosition] = [note.size, this.position];
          if (note.day !== null) this.compareDay(note, row);
        }
      }
      last = null;
      if (broken !== null) throw broken;
      this.whole = true;
    } catch (error) {
      if (error instanceof Malformed) this.no("changed", `this row cannot be right: ${error.message}`, tree.size, last);
      else if (error instanceof Unreadable) this.no("unreadable", `it cannot be read: ${error.message}`, tree.size);
      else throw error;
    }
    const beyond = this.whole ? this.notes.filter(({ size }) => size > BigInt(tree.size)) : [];
    const least = beyond.reduce((a, b) => (a && a.size <= b.size ? a : b), null);
    if (differs ?? least) this.locate(differs ?? least, fitting, leaves);
  }

  // Recorded times never fall, nor below the day on which a checkpoint was seen that does not cover them.
  date(time, index, row) {
    if (time < this.latest && !this.fell) {
      this.fell = true;
      this.no("changed", `it was recorded on ${time}, the one before on ${this.latest}`, index, row);
    }
    for (const note of this.seen.filter(({ day, told }) => !told && time < daysAfter(day, -1))) {
      note.told = true;
      const reason = `it was recorded on ${time}, and ${note.what}, seen on ${note.day}, does not cover it: `
        + "dated back, or that was not the newest then";
      this.dispute(note, reason, index, row);
    }
    if (time > this.latest) this.latest = time;
  }

  compareDay(note, row) {
    if (this.latest >= daysAfter(note.day, 2)) {
      const reason = `it was recorded on ${this.latest}, and ${note.what}, seen on ${note.day}, covers it`;
      this.dispute(note, reason, this.tree.size - 1, row);
    }
    this.seen.push(note);
  }

  // The clock of a witness may be the one that is wrong; the day that the auditor gives is not.
  dispute(note, reason, index, row) {
    if (note.received) this.no("changed", reason, index, row);
    else this.notices.push(reason);
  }

  readEvent({ name, state }, index) {
    if (state === null || !["audit.challenged", "audit.state-redacted"].includes(name)) return;
    const told = readJson(utf8(state));
    need(told instanceof Map, "its state is no object");
    const fields = told.has("d") ? told.get("d") : told;
    need(fields instanceof Map, "its state is no object");
    if (name === "audit.challenged") this.nonces.push([index, fields.get("nonce")]);
    else {
      const items = fields.has("items") ? fields.get("items") : [];
      need(Array.isArray(items), "its items are no list");
      for (const item of items) this.announced.push([index, item]);
    }
  }

  locate({ size, root, signed }, start, leaves) {
    const reached = BigInt(this.tree.size) < size ? BigInt(this.tree.size) : size;
    let hints = null;
    try {
      hints = this.bundle.hints(size);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error; // a tile that cannot be read is no evidence
    }
    let [index, row] = [Number(start), null];
    let what = `of indexes ${start} to ${reached - 1n} not all are as signed`;
    const trusted = new Tree();
    for (const hint of hints ?? []) trusted.append(hint);
    if (hints && trusted.root().equals(root)) {
      index = hints.findIndex((hint, n) => n >= start && !(leaves[n] && leaves[n].equals(hint)));
      row = this.rows[index] ?? null;
      const at = (n, row) => { try { return row && leafHash(this.bundle.logId, n, row); } catch { return null; } };
      const fits = (hint, n, row) => hint && at(n, row)?.equals(hint);
      what = "this event was changed";
      if (!row || fits(hints[index + 1], index + 1, row)) what = "an event is missing here";
      else if (fits(hints[index], index, this.rows[index + 1])) what = "this event does not belong here";
    }
    let verdict = size > BigInt(this.tree.size) ? "truncated" : "changed";
    if (signed && this.signed > size) verdict = "fork";
    this.no(verdict, `the checkpoint of size ${size} does not fit: ${what}`, index, row);
  }

  conclude(nonce, maxAge, now) {
    const { bundle, tree } = this;
    const covers = this.keys.length ? this.signed : BigInt(tree.size);
    const unseen = new Set(bundle.redacted.keys());
    for (const [index, row] of this.removed) {
      const [digest, residual] = bundle.redacted.get(row.position);
      unseen.delete(row.position);
      const told = [row.position, digest, residual];
      const announced = this.announced.some(([at, item]) => at < covers && same(item, told));
      if (row.state !== null || digest !== row.digest.toString("hex") || !announced) {
        this.no("changed", "the state was removed, and no signed event says so", index, row);
      }
    }
    const values = [];
    const places = new Map(this.rows.slice(0, tree.size).map((row, index) => [row.position, index]));
    for (const [position, field, context, key] of bundle.disclosed) {
      const index = places.get(position);
      if (index === undefined) {
        unseen.add(position);
        continue;
      }
      try {
        values.push([position, field, opened(bundle.logId, this.rows[index], field, unhex(context), unhex(key))]);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        this.no("changed", `the key given for ${field} opens nothing: ${error.message}`, index, this.rows[index]);
      }
    }
    const told = this.keys.length ? { origin: this.keys[0].name } : {};
    if (this.whole) {
      const states = this.withheld ? "withheld" : "full";
      Object.assign(told, { size: BigInt(tree.size), root: tree.root().toString("hex"), states });
    }
    const wrong = Object.keys(told).filter((name) => name in bundle.told && bundle.told[name] !== told[name]);
    wrong.push(...[...unseen].map((position) => `position ${position}`), ...bundle.differing);
    const said = `what came along does not fit the events: ${wrong.join(", ")}`;
    const graver = this.faults.some(({ verdict }) => ["fork", "changed", "truncated"].includes(verdict));
    if (wrong.length && graver) this.notices.push(said);
    else if (wrong.length) this.no("changed", said);
    const nth = Math.max(this.quorum - 1, 0);
    const seen = this.notes.map(({ times }) => times[nth]).filter((at) => at !== undefined && at <= now + AHEAD);
    const cosigned = seen.reduce((a, b) => (a !== null && a > b ? a : b), null);
    if (nonce !== null && !this.nonces.some(([index, told]) => told === nonce && index < covers)) {
      this.no("stale", "the nonce stands in no challenge that a signed checkpoint covers");
    }
    if (maxAge !== null && (cosigned === null || now - cosigned > maxAge)) {
      this.no("stale", "no witness saw a checkpoint of this log lately enough");
    }
    return {
      log_id: bundle.logId.toString("hex"), size: tree.size, position: this.position, covered: this.covered,
      covered_position: this.coveredPosition, signed: this.signed, cosigned, withheld: this.withheld,
      redacted: this.removed.map(([, row]) => row.position), gaps: this.gaps, opened: values,
    };
  }

  verdict() {
    const rank = ({ verdict }) => ORDER.indexOf(verdict);
    this.faults.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
    return this.faults[0]?.verdict ?? (this.covered > 0n ? "verified" : "unanchored");
  }
}

const earliest = (times) => times.reduce((a, b) => (a < b ? a : b));
const EXIT = { verified: 0, unreadable: 2, unanchored: 3 };

// The report on a bundle. `held` are lists of a name, the bytes of a file, and the day on which it was
// received or null; `now` is in seconds since 1970.
export function verify({ log, vkeys = [], held = [], ...asked }) {
  const { witnesses = [], quorum = null, nonce = null, maxAge = null, streams = false, now = null } = asked;
  const unreadable = (reason) => {
    const faults = [{ verdict: "unreadable", reason }];
    return { verdict: "unreadable", faults, exit: EXIT.unreadable };
  };
  let [keys, seers] = [[], []];
  try {
    keys = vkeys.map((text) => readKey(text, 1));
    seers = witnesses.map((text) => readKey(text, 4));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return unreadable(error.message);
  }
  const isDay = (day) => /^(?!0000)\d{4}-\d\d-\d\d$/.test(day) && daysAfter(day, 0) === day;
  if (!held.every(([, , day]) => day === null || isDay(day))) return unreadable("a day is written as 2026-01-31");
  const enough = quorum ?? Math.min(1, seers.length);
  if (new Set(keys.map(({ name }) => name)).size > 1) return unreadable("the keys are of several logs");
  if (enough < 0 || enough > seers.length) return unreadable("the quorum is of more than the witnesses");
  if (!keys.length && (held.length || nonce !== null || seers.length)) {
    return unreadable("without a key of the log nothing can be checked");
  }

  const clock = BigInt(Math.floor(now ?? Date.now() / 1000));
  const verification = new Verification(null, keys, seers, enough);
  verification.readHeld(held);
  let report = {
    log_id: "", size: 0, position: 0n, covered: 0n, covered_position: 0n, signed: 0n, withheld: 0, redacted: [],
    gaps: 0n, opened: [], cosigned: null,
  };
  try {
    verification.bundle = new Bundle(log);
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof Unreadable || error.code)) throw error;
    verification.no("unreadable", error.message);
  }
  if (verification.bundle) {
    for (const [word, reason] of verification.bundle.faults) verification.no(word, reason);
    verification.notices.push(...verification.bundle.notices);
    verification.readKept();
    verification.pass(streams);
    report = verification.conclude(nonce, maxAge === null ? null : BigInt(maxAge), clock);
  }
  const verdict = verification.verdict();
  return { verdict, ...report, faults: verification.faults, notices: verification.notices, exit: EXIT[verdict] ?? 1 };
}

function main(words) {
  const asked = { vkeys: [], held: [], witnesses: [] };
  while (words.length) {
    const word = words.shift();
    if (word === "--vkey") asked.vkeys.push(words.shift());
    else if (word === "--witness") asked.witnesses.push(words.shift());
    else if (word === "--checkpoint") asked.held.push([words[0], fs.readFileSync(words.shift()), null]);
    else if (word === "--received") asked.held.push([words[0], fs.readFileSync(words.shift()), words.shift()]);
    else if (word === "--quorum") asked.quorum = Number(words.shift());
    else if (word === "--nonce") asked.nonce = words.shift();
    else if (word === "--max-age") asked.maxAge = Number(words.shift());
    else if (word === "--streams") asked.streams = true;
    else asked.log = word;
  }
  const report = verify(asked);
  const plain = (_, value) => {
    if (typeof value === "bigint") return Number(value);
    return value instanceof Map ? Object.fromEntries(value) : value;
  };
  console.log(JSON.stringify(report, plain, 1));
  process.exitCode = report.exit;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));

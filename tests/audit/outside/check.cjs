// Checks what a log hands out with sigstore's own JavaScript (@sigstore/verify), by which npm verifies
// the provenance of packages. What is asked for comes in as JSON; "" or what is wrong goes out for each.

const { verifyTLogInclusion } = require("@sigstore/verify/dist/tlog");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint");
const crypto = require("node:crypto");
const fs = require("node:fs");

const told = JSON.parse(fs.readFileSync(0, "utf8"));
const [, name, id, coded] = /^(.+?)\+([0-9a-f]{8})\+(.+)$/.exec(told.Key);
const x = Buffer.from(coded, "base64").subarray(1).toString("base64url");
const log = {
  baseURL: name,
  logID: Buffer.from(id, "hex"),
  publicKey: crypto.createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }),
};

function said(check) {
  try {
    check();
    return "";
  } catch (error) {
    return `${error.code ?? error.name}: ${error.message}`;
  }
}

const note = (text) => verifyCheckpoint({ inclusionProof: { checkpoint: { envelope: text } } }, [log]);

// A receipt is of c2sp.org/tlog-proof: the leaf stands in the line "extra".
function receipt(text) {
  const at = text.indexOf("\n\n");
  const [first, extra, index, ...hashes] = text.slice(0, at).split("\n");
  if (first !== "c2sp.org/tlog-proof@v1") throw new Error("it is no receipt");
  const inclusionProof = {
    checkpoint: { envelope: text.slice(at + 2) },
    hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
    logIndex: index.slice("index ".length),
  };
  verifyTLogInclusion(
    { canonicalizedBody: Buffer.from(extra.slice("extra ".length), "base64"), inclusionProof },
    [log],
  );
}

console.log(
  JSON.stringify({
    notes: told.Notes.map((text) => said(() => note(text))),
    receipts: told.Receipts.map((text) => said(() => receipt(text))),
  }),
);

// Checking a transparency log with what browsers bring along (WebCrypto): the tree of RFC 6962, and signed notes,
// checkpoints and proofs as C2SP writes them. Knows neither the page nor the network.
//
// Sizes and indexes are plain numbers below 2^53, so they are halved by division: bit operations would end at 2^31.

const HASH = 32;
const WIDTH = 256;
const ED25519 = 1;
const half = (number) => Math.floor(number / 2);

/** What was given cannot be read, or contradicts itself. `code` says which, for whoever finds words for it. */
export class Unreadable extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// ---------------------------------------------------------------- bytes

export function bytesOf(base64) {
  let raw;
  try {
    raw = atob(base64);
  } catch {
    throw new Unreadable("base64");
  }
  if (btoa(raw) !== base64) {
    throw new Unreadable("base64"); // the one spelling: the last letter could vary otherwise
  }
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

const text = (string) => new TextEncoder().encode(string);

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

// ---------------------------------------------------------------- the tree

export const leafHash = (entry) => sha256(new Uint8Array([0]), entry);

export const nodeHash = (left, right) => sha256(new Uint8Array([1]), left, right);

/** The root to which the path leads from a leaf (RFC 9162, 2.1.3.2); null where the path has not the right length. */
export async function rootFrom(leaf, index, size, path) {
  if (!(index >= 0 && index < size)) {
    return null;
  }
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) {
      return null;
    }
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) {
        [place, last] = [half(place), half(last)];
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? hash : null;
}

/** Whether a tree begins with a smaller one (RFC 9162, 2.1.4.2). */
export async function beginsWith(older, newer, proof) {
  if (older.size > newer.size) {
    return false;
  }
  if (older.size === newer.size) {
    return proof.length === 0 && same(older.root, newer.root);
  }
  if (older.size === 0) {
    return proof.length === 0 && same(older.root, await sha256());
  }
  const path = isPowerOfTwo(older.size) ? [older.root, ...proof] : [...proof];
  if (path.length === 0) {
    return false;
  }
  let [place, last] = [older.size - 1, newer.size - 1];
  while (place % 2 === 1) {
    [place, last] = [half(place), half(last)];
  }
  let [before, after] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) {
      return false;
    }
    if (place % 2 === 1 || place === last) {
      before = await nodeHash(sibling, before);
      after = await nodeHash(sibling, after);
      while (place % 2 === 0 && place !== 0) {
        [place, last] = [half(place), half(last)];
      }
    } else {
      after = await nodeHash(after, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && same(before, older.root) && same(after, newer.root);
}

/** PROOF(older, D[newer]) of RFC 6962, 2.1.2, out of tiles. `read(level, n)` gives the hashes of a tile as bytes. */
export async function consistencyProof(read, older, newer) {
  if (older === 0 || older === newer) {
    return [];
  }
  const path = [];
  let [low, high, whole] = [0, newer, true];
  while (older !== high) {
    const middle = low + largestPowerBelow(high - low);
    if (older <= middle) {
      path.push(await rangeRoot(read, middle, high));
      high = middle;
    } else {
      path.push(await rangeRoot(read, low, middle));
      [low, whole] = [middle, false];
    }
  }
  return [...(whole ? [] : [await rangeRoot(read, low, high)]), ...path.reverse()];
}

/** Which part of a tile exists in a tree of this size, and its path below `tile/`. */
export function tilePath(level, n, size) {
  const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - n * WIDTH);
  const groups = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return { width, path: `${level}/${groups.join("/")}${width === WIDTH ? "" : `.p/${width}`}` };
}

async function rangeRoot(read, low, high) {
  const count = high - low;
  if (!isPowerOfTwo(count)) {
    const middle = low + largestPowerBelow(count);
    return nodeHash(await rangeRoot(read, low, middle), await rangeRoot(read, middle, high));
  }
  const level = Math.floor(Math.log2(count) / 8);
  const at = low / WIDTH ** level;
  const hashes = await read(level, Math.floor(at / WIDTH));
  const [first, many] = [at % WIDTH, count / WIDTH ** level];
  return complete(hashes.slice(first * HASH, (first + many) * HASH), many);
}

async function complete(hashes, count) {
  if (hashes.length !== count * HASH) {
    throw new Unreadable("tile");
  }
  let row = Array.from({ length: count }, (_, at) => hashes.slice(at * HASH, (at + 1) * HASH));
  while (row.length > 1) {
    const above = [];
    for (let at = 0; at < row.length; at += 2) {
      above.push(await nodeHash(row[at], row[at + 1]));
    }
    row = above;
  }
  return row[0];
}

const largestPowerBelow = (count) => {
  let power = 1;
  while (power * 2 < count) {
    power *= 2;
  }
  return power;
};

const isPowerOfTwo = (count) => {
  while (count > 1 && count % 2 === 0) {
    count = half(count);
  }
  return count === 1;
};

// ---------------------------------------------------------------- notes

/** The text and the signatures of a signed note. */
export function parseNote(note) {
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n")) {
    throw new Unreadable("note");
  }
  const signatures = note
    .slice(gap + 2, -1)
    .split("\n")
    .map((line) => {
      const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
      if (!name) {
        throw new Unreadable("note");
      }
      const raw = bytesOf(encoded);
      return { name, id: raw.slice(0, 4), raw: raw.slice(4) };
    });
  return { text: note.slice(0, gap + 1), signatures };
}

/** The size and root in a checkpoint note, and the note itself. */
export function parseCheckpoint(note) {
  const parsed = parseNote(note);
  const [origin, size, root] = parsed.text.split("\n");
  if (!/^(0|[1-9][0-9]{0,14})$/.test(size ?? "")) {
    throw new Unreadable("note");
  }
  const checkpoint = { ...parsed, origin, size: Number(size), root: bytesOf(root ?? "") };
  if (checkpoint.root.length !== HASH) {
    throw new Unreadable("note");
  }
  return checkpoint;
}

/** The parts of a C2SP tlog-proof. */
export function parseProof(proof) {
  const gap = proof.indexOf("\n\n");
  const [version, place, ...path] = proof.slice(0, gap).split("\n");
  const [, index] = /^index (0|[1-9][0-9]{0,14})$/.exec(place ?? "") ?? [];
  if (gap < 0 || version !== "c2sp.org/tlog-proof@v1" || index === undefined) {
    throw new Unreadable("proof");
  }
  return { index: Number(index), path: path.map(bytesOf), checkpoint: parseCheckpoint(proof.slice(gap + 2)) };
}

/** A verifier key: name, the four bytes that tell keys apart, and the key. */
export async function parseVkey(said) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(said.trim()) ?? [];
  if (!name) {
    throw new Unreadable("vkey");
  }
  const raw = bytesOf(encoded);
  const digest = await sha256(text(`${name}\n`), raw);
  if (raw.length !== HASH + 1 || raw[0] !== ED25519 || hex(digest.slice(0, 4)) !== id) {
    throw new Unreadable("vkey");
  }
  return { name, id: digest.slice(0, 4), key: raw.slice(1) };
}

/** "yes", "no", "absent" (signed, but not with this key), or "unable" where the browser does not know Ed25519. */
export async function signedWith(note, vkey) {
  const ours = note.signatures.filter((one) => one.name === vkey.name && same(one.id, vkey.id));
  if (ours.length === 0 || note.origin !== vkey.name) {
    return "absent";
  }
  let key;
  try {
    key = await crypto.subtle.importKey("raw", vkey.key, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return "unable";
  }
  for (const one of ours) {
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, one.raw, text(note.text)))) {
      return "no";
    }
  }
  return "yes";
}

// The button on an entry's page: fetches the entry, its proof and the checkpoint, checks them here, and says in words
// what was checked against which key. The words stand in the page's <template data-words>, in its language.

import {
  Unreadable,
  beginsWith,
  consistencyProof,
  hex,
  leafHash,
  parseCheckpoint,
  parseProof,
  parseVkey,
  rootFrom,
  same,
  signedWith,
  tilePath,
} from "./tlog.js";

const GOOD = "good";
const BAD = "bad";
const OPEN = "warn"; // not checked

export function enhance(form) {
  form.hidden = false;
  const words = form.querySelector("template[data-words]").content;
  const results = form.querySelector("[data-results]");
  const format = new Intl.NumberFormat(document.documentElement.lang);

  function say(element, key, values = {}) {
    const said = words.querySelector(`[data-say="${key}"]`).textContent;
    element.textContent = said.replace(/\{(\w+)\}/g, (_, name) =>
      typeof values[name] === "number" ? format.format(values[name]) : values[name],
    );
    return element;
  }

  function show({ steps, verdict }) {
    const list = document.createElement("ul");
    list.className = "log-checked";
    list.append(...steps.map((step) => say(document.createElement("li"), step.say, step)));
    const heading = document.createElement("p");
    heading.append(say(document.createElement("strong"), verdict));
    const notice = document.createElement("div");
    notice.className = "notice";
    notice.dataset.kind = steps.some((step) => step.kind === BAD)
      ? BAD
      : steps.some((step) => step.kind === OPEN)
        ? OPEN
        : GOOD;
    notice.append(heading, list);
    results.replaceChildren(notice);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    results.replaceChildren(say(document.createElement("p"), "busy"));
    const asked = {
      ...form.dataset,
      index: Number(form.dataset.index),
      key: form.elements.key.value.trim(),
      kept: form.elements.kept.value.trim(),
    };
    show(await outcome(asked));
  });
}

/** What checking found: its steps, and the verdict over them. Whatever goes wrong is a step too, never silence. */
export async function outcome(asked) {
  if (!globalThis.crypto?.subtle) {
    return { steps: [{ say: "insecure", kind: OPEN }], verdict: "unchecked" };
  }
  const steps = [];
  try {
    await check(asked, steps);
  } catch (error) {
    if (error instanceof Wrong) {
      steps.push({ say: error.message, kind: error.kind });
    } else if (error instanceof Unreadable) {
      steps.push({ say: "unreadable", kind: BAD });
    } else {
      throw error;
    }
  }
  return { steps, verdict: verdictOver(steps) };
}

function verdictOver(steps) {
  if (steps.some((step) => step.kind === BAD)) {
    return "misfit";
  }
  if (steps.some((step) => step.say === "path")) {
    return steps.every((step) => step.kind === GOOD) ? "fits" : "partly";
  }
  return "unchecked";
}

/** An end to checking. `message` is the key of its words. */
class Wrong extends Error {
  constructor(say, kind = BAD) {
    super(say);
    this.kind = kind;
  }
}

async function check(asked, steps) {
  const vkey = await readable(() => parseVkey(asked.key || asked.vkey), "key-mistyped", OPEN);
  const kept = asked.kept ? await readable(() => parseCheckpoint(`${asked.kept}\n`), "kept-mistyped", OPEN) : null;
  const leaf = await leafHash(await fetched(asked.entry));
  step(steps, hex(leaf) === asked.leaf, "leaf", "leaf-differs", { leaf: hex(leaf) });
  const proof = parseProof(new TextDecoder().decode(await fetched(asked.proof)));
  const { size, root } = proof.checkpoint;
  const reached = await rootFrom(leaf, proof.index, size, proof.path);
  const leads = proof.index === asked.index && reached !== null && same(reached, root);
  step(steps, leads, "path", "path-differs", { size, root: hex(root) });
  steps.push(signature(await signedWith(proof.checkpoint, vkey), asked));
  if (kept !== null) {
    await compare(asked, kept, proof.checkpoint, vkey, steps);
  }
}

function signature(found, asked) {
  const ends = { yes: asked.key ? "signed-yours" : "signed-theirs", no: "signature-wrong", absent: "signature-absent" };
  const say = ends[found] ?? "signature-unable";
  return { say, kind: { yes: GOOD, unable: OPEN }[found] ?? BAD, key: asked.key || asked.vkey };
}

/** Whether the log still begins with the entries of the checkpoint that somebody kept. */
async function compare(asked, kept, now, vkey, steps) {
  const signed = await signedWith(kept, vkey);
  if (signed === "no") {
    throw new Wrong("kept-unsigned");
  }
  if (signed === "absent") {
    // After the city has changed its key this is as it should be: nothing speaks against the log, nothing for it.
    throw new Wrong("kept-other-key", OPEN);
  }
  if (kept.size > now.size) {
    throw new Wrong("kept-longer");
  }
  const tiles = new Map();
  async function read(level, n) {
    const { path } = tilePath(level, n, now.size);
    if (!tiles.has(path)) {
      tiles.set(path, await fetched(`${asked.tiles}/${path}`));
    }
    return tiles.get(path);
  }
  const proof = await consistencyProof(read, kept.size, now.size);
  step(steps, await beginsWith(kept, now, proof), "kept", "kept-differs", { size: kept.size });
}

function step(steps, holds, good, bad, values) {
  steps.push({ say: holds ? good : bad, kind: holds ? GOOD : BAD, ...values });
}

/** What was pasted, read; words for whoever pasted it wrongly. */
async function readable(read, say, kind) {
  try {
    return await read();
  } catch (error) {
    throw error instanceof Unreadable ? new Wrong(say, kind) : error;
  }
}

async function fetched(address) {
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store" });
  } catch {
    throw new Wrong("unreachable", OPEN);
  }
  if (!answer.ok) {
    throw new Wrong("refused", OPEN);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

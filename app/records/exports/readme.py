"""The README of a bundle: what each file is and how to open and check it."""

from __future__ import annotations

from app.records.exports.safe import moment
from app.records.exports.tables import Bundle

INTERNAL = """**INTERNAL: this bundle holds contact data and hidden texts. That it was downloaded stands in the public
log. Do not pass it on; delete it when it has served its purpose.**"""
PUBLIC = "This bundle is public. People appear under the random names of the log; hidden texts are left out."


def readme(question: str, bundle: Bundle) -> str:
    """The text, in Markdown."""
    listed = "\n".join(f"- `{one.name}`: {one.meaning}" for one in bundle.datasets)
    return f"""# {question}

{INTERNAL if bundle.internal else PUBLIC}

Made on {moment(bundle.made_at)}.

## Files

- `deliberation.json`: the question, the background, and what the city promised.
- `csv/`: each dataset for spreadsheets. UTF-8 with a byte order mark, separated by commas, times in UTC. A text that a
  spreadsheet could run as a formula has an apostrophe in front (one more, if it began with apostrophes before such a
  sign); everything else is as it was written.
- `json/`: the same rows, texts exactly as they are.
- `data-dictionary.csv`: what each dataset and each column means.
- `log/`: the log's entries about this deliberation, the signed state of the log, and its key.
- `verify.py`: checks the whole log, with nothing but Python. `recount.py`: counts the published ballots again.
- `manifest.json`: the size and SHA-256 of every file.

## Datasets

{listed}

## How to check it

`log/entries.jsonl` has one entry a line: `entry` is the exact text that was hashed, `leaf` its RFC 6962 leaf hash
(SHA-256 over a zero byte and the text), `index` its place in the log {bundle.origin}. `log/checkpoint` is the signed
state of the whole log when this bundle was made. Its signature is checked with the key in `log/key`; get that key from
somewhere else too, such as what the city printed:

    {bundle.vkey}

The whole log, and with it every line of `log/entries.jsonl`, is checked where it is served, or in a folder that was
exported. `--checkpoint` tells whether the log still begins with what it was when this bundle was made:

    python3 verify.py {bundle.log_address} --vkey "{bundle.vkey}" --checkpoint log/checkpoint
"""

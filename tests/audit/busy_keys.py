"""Acts and rotates the log's keys until it is killed: `python -m tests.audit.busy_keys DATABASE FOLDER NUMBER`.

It says something as soon as it is at work.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import create_engine

from app.audit.home import Home
from app.audit.notary import Notary
from app.audit.notes import new_signer
from tests.audit.conftest import Park


def main(database: str, folder: str, first: str) -> None:
    park = Park(create_engine(database), Home(Path(folder), "city.example/log"))
    number = int(first)
    while True:
        park.place(number, "Mill Street")
        print(number, flush=True)  # noqa: T201  # the parent waits for it
        park.sequence(batch=2)
        rotate(park)
        number += 1


def rotate(park: Park) -> None:
    """In the order that the commands keep: file, act, signature; and act, signature, file."""
    with park.engine.connect() as connection:
        signing = Notary.of(connection, park.home).signing
    if len(signing) < 2:
        signer = new_signer(park.home.origin)
        park.home.keep(signer)
        with park.acting() as session:
            park.log(session, "key.added", {}, vkey=str(signer.vkey))
        return
    with park.acting() as session:
        park.log(session, "key.retired", {}, vkey=signing[0])
    park.sequence()
    with park.engine.connect() as connection:
        if signing[0] not in Notary.of(connection, park.home).signing:
            park.home.destroy(signing[0])


if __name__ == "__main__":
    main(*sys.argv[1:])

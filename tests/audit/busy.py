"""A process that acts and sequences until it is killed: `python -m tests.audit.busy DATABASE FOLDER FIRST`.

It says the number of each bench once its act is committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import create_engine

from app.audit.home import Home
from tests.audit.conftest import Park


def main(database: str, folder: str, first: str) -> None:
    park = Park(create_engine(database), Home(Path(folder), "city.example/log"))
    number = int(first)
    while True:
        park.place(number, "Mill Street")
        print(number, flush=True)  # noqa: T201  # the parent reads it
        if number % 2:
            park.sequence(batch=3)
        number += 1


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`python -m benchmarks.peak COMMAND …`: run a `flask` command, then print the most memory it held, in MiB.

Asked from inside, since a program starts with the peak of whoever started it as far as `wait` can tell.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask.cli import cli

KIB_IN_MIB = 1024


def main() -> None:
    ended = cli.main(["--app", "wsgi", *sys.argv[1:]], standalone_mode=False)
    if ended:
        sys.exit(ended)
    status = Path("/proc/self/status").read_text()
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    print(int(peak) / KIB_IN_MIB)


if __name__ == "__main__":
    main()

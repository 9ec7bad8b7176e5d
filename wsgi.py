"""What a WSGI server loads: `wsgi:app`."""

import os
import sys

from app import create_app
from app.cli import alone
from app.custody import background

app = alone.application() if alone.named(sys.argv[1:]) else create_app()

if "FLASK_RUN_FROM_CLI" not in os.environ:  # a command such as `flask db upgrade` comes and goes; a server stays
    background.begin(app)

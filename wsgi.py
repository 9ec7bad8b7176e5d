"""What a WSGI server loads: `wsgi:app`."""

import os

from app import create_app
from app.custody import background

app = create_app()

if "FLASK_RUN_FROM_CLI" not in os.environ:  # a command such as `flask db upgrade` comes and goes; a server stays
    background.begin(app)

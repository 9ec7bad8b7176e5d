"""The files a browser needs: one address for all of them that changes with their content, one joined stylesheet.

`static_url("js/main.js")` gives `/assets/<digest>/js/main.js`. The digest is over everything in `static/`, so that
ES modules may import one another by relative path, a browser may keep each file for a year, and there is no build step.
`css/main.css` exists only here: it is the stylesheet's parts, joined in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_from_directory

STYLESHEET = "css/main.css"
FIRST = ("layers", "tokens", "base", "layout", "overrule")
A_YEAR = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


def init(app: Flask) -> None:
    """Serve the assets, and give templates `static_url`, `icons_url`, `style_url` and `script_url`."""
    folder = static_folder(app)
    base = f"/assets/{digest(folder)}/"

    def static_url(name: str) -> str:
        return base + name

    app.register_blueprint(bp)
    app.jinja_env.globals.update(
        static_url=static_url,
        icons_url=static_url("img/icons.svg"),
        favicon_url=static_url("img/favicon.svg"),
        style_url=static_url(STYLESHEET),
        script_url=static_url("js/main.js"),
    )


@bp.get("/assets/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """One file. Under another version's address it is served too (a page may be older than the server), not kept."""
    folder = static_folder(current_app)
    if name == STYLESHEET:
        response = Response(stylesheet(folder), mimetype="text/css")
    else:
        response = send_from_directory(folder, name)
    current = version == digest(folder) and not current_app.debug
    response.headers["Cache-Control"] = A_YEAR if current else "no-cache"
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """The icon, for browsers that ask for it by its old name."""
    return send_from_directory(static_folder(current_app), "img/favicon.svg", max_age=86400)


@cache
def digest(folder: Path) -> str:
    """A short name for the present content of `folder`, computed once a process."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


def stylesheet(folder: Path) -> bytes:
    """The stylesheet: layers first, then every part. Their order is free, since each names its own layer."""
    return b"\n".join(path.read_bytes() for path in _parts(folder / "css"))


def _parts(css: Path) -> Iterator[Path]:
    yield from (css / f"{name}.css" for name in FIRST)
    for kind in ("parts", "pages"):
        yield from sorted((css / kind).glob("*.css"))


def static_folder(app: Flask) -> Path:
    """Where the files lie. Raises RuntimeError for an app without a static folder, which would be ours misbuilt."""
    if app.static_folder is None:
        raise RuntimeError("the app has no static folder")
    return Path(app.static_folder)

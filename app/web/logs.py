"""Structured logs that name no person: one line a request with its route, never its address, query or sender."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

from app.config import Settings


def init(app: Flask) -> None:
    """Set up logging and a line for each request that is not a static file."""
    settings: Settings = app.config["FOLKMOOT"]
    renderer = (
        structlog.processors.JSONRenderer() if settings.json_logs else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if settings.testing else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=not settings.testing,
    )

    requests = structlog.get_logger()

    @app.before_request
    def _start() -> None:
        g.request_id = secrets.token_hex(6)
        g.started = time.perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        rule = request.url_rule.rule if request.url_rule else "(no such page)"
        if request.endpoint != "static" and not g.get("leave_no_line"):
            # The route, not the path: whose page it was must not show. Casting a ballot leaves no line at all.
            requests.info(
                "request",
                method=request.method,
                route=rule,
                status=response.status_code,
                ms=round((time.perf_counter() - g.started) * 1000),
                id=g.request_id,
            )
        return response

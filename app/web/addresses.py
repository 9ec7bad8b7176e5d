"""Addresses that came from outside, before anybody is sent there (PURE)."""

from __future__ import annotations


def local(said: str | None, otherwise: str) -> str:
    """`said` if it is a path on this server, else `otherwise`: nobody is sent elsewhere by a link to us."""
    if not said or not said.startswith("/") or said.startswith(("//", "/\\")):
        return otherwise
    return said if said.isprintable() and "\\" not in said else otherwise

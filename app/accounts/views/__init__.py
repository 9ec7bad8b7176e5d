"""Pages of accounts. The blueprint is here; the pages are in modules by what people come for."""

from app.accounts.views import entries, entry, offices, people, you
from app.accounts.views.blueprint import bp

__all__ = ["bp", "entries", "entry", "offices", "people", "you"]

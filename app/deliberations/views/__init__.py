"""Pages of deliberations. The blueprint is here; the pages are in modules by what people come for."""

from app.deliberations.views import pages, rounds
from app.deliberations.views.blueprint import bp

__all__ = ["bp", "pages", "rounds"]

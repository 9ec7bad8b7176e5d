"""Pages of proposals. The blueprint is here; the pages are in modules by what people come for."""

from app.proposals.views import pages, writing
from app.proposals.views.blueprint import bp

__all__ = ["bp", "pages", "writing"]

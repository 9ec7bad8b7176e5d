"""Pages of human rights. The blueprint is here; the pages are in modules by what people come for."""

from app.rights.views import catalogue, checks, concerns, drafting, filling, maps, reviewing
from app.rights.views.blueprint import bp

__all__ = ["bp", "catalogue", "checks", "concerns", "drafting", "filling", "maps", "reviewing"]

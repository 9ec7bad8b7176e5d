"""Pages of human rights. The blueprint is here; the pages are in modules by what people come for."""

from app.rights.views import catalogue, checks, drafting, filling, maps
from app.rights.views.blueprint import bp

__all__ = ["bp", "catalogue", "checks", "drafting", "filling", "maps"]

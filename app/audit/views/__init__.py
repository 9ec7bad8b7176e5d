"""The log's pages for people, and the plain resources that verifiers fetch."""

from app.audit.views import feeds, opened, pages, resources
from app.audit.views.blueprint import bp

__all__ = ["bp", "feeds", "opened", "pages", "resources"]

"""The pages: every domain's blueprint, and nothing else."""

from __future__ import annotations

from flask import Flask

from app.accounts import views as accounts
from app.adoptions import views as adoptions
from app.audit import views as audit
from app.civic import views as civic
from app.deliberations import views as deliberations
from app.discussion import views as discussion
from app.learning import views as learning
from app.notifications import views as notifications
from app.outward import views as outward
from app.proposals import views as proposals
from app.records import views as records
from app.rights import views as rights
from app.voting import views as voting

DOMAINS = (
    civic,
    accounts,
    deliberations,
    proposals,
    discussion,
    rights,
    adoptions,
    outward,
    voting,
    notifications,
    records,
    audit,
    learning,
)


def init(app: Flask) -> None:
    """Register each domain's `bp`."""
    for domain in DOMAINS:
        app.register_blueprint(domain.bp)

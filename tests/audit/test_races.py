"""Two acts upon the same thing at the same time, on PostgreSQL. Copy into tests/ and run with -k postgresql."""
import threading
import pytest
from app import acts
from app.accounts import acts as accounts
from app.accounts.models import Account
from app.audit import sequencer
from app.audit.checks import verify
from app.audit.home import Home
from app.charter.rounds import RoundKind
from app.database import db
from app.discussion import acts as discussion
from app.discussion.models import Comment, Reason
from tests import given


def both(app, monkeypatch, *fs):
    """Run acts in threads that all pass the rules before any of them changes something (if they do not wait)."""
    barrier = threading.Barrier(len(fs)); real = acts.require_by_rule; errs = []
    def slow(*a):
        r = real(*a)
        try: barrier.wait(2)
        except threading.BrokenBarrierError: pass
        return r
    monkeypatch.setattr(acts, "require_by_rule", slow)
    def run(f):
        with app.app_context():
            try: f()
            except Exception as e: errs.append(repr(e)[:200])
            finally: db.session.remove()
    ts = [threading.Thread(target=run, args=(f,)) for f in fs]
    [x.start() for x in ts]; [x.join() for x in ts]
    home = Home.of(app.config["FOLKMOOT"]); sequencer.run(db.engine, home)
    r = verify(db.engine, home, home.signer(may_make=False).vkey)
    return errs, [str(x) for x in r.found]


def test_digest_of_a_row_that_two_acts_change(app, monkeypatch):
    if db.engine.dialect.name == "sqlite": pytest.skip("one writer")
    ada = given.resident("Ada"); anna = given.administrator("Anna"); a, b = ada.id, anna.id; db.session.commit()
    get = lambda i: db.session.get(Account, i)
    errs, found = both(app, monkeypatch, lambda: accounts.rename(get(a), get(a), name="Adele"), lambda: accounts.suspend(get(b), get(a)))
    assert (errs, found) == ([], [])


def test_erase_and_hide_do_not_deadlock(app, monkeypatch):
    if db.engine.dialect.name == "sqlite": pytest.skip("one writer")
    ada = given.resident("Ada"); fem = given.facilitator("Femi")
    t = given.deliberation("Trees?", round=RoundKind.PROPOSE); c = given.comment(given.proposal(t, by=ada), by=ada)
    a, f, i = ada.id, fem.id, c.id; db.session.commit()
    errs, found = both(app, monkeypatch,
        lambda: discussion.erase(db.session.get(Account, a), db.session.get(Comment, i)),
        lambda: discussion.hide(db.session.get(Account, f), db.session.get(Comment, i), reason=Reason.SPAM, explanation="x"))
    assert found == [] and not any("Deadlock" in e for e in errs), (errs, found)

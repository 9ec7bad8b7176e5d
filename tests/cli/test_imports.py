"""`flask import …`: all or nothing, repeatable, and every number told."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.audit.models import LogEntry
from app.charter.actions import Action
from app.cli import imports as command
from app.database import Model, db
from app.deliberations.models import Deliberation
from app.discussion.models import Comment
from app.proposals.models import Proposal, ProposalState, StatementVote
from app.records.models import Answer, Import
from app.voting import checks
from app.voting.counting.outcome import Outcome
from app.voting.models import Poll
from tests.components import real_data
from tests.records import files
from tests.records.files import COMMENTS, PROPOSALS, SUMMARY, VOTES, comment, proposal


@pytest.fixture
def run(app):
    """Run a command; what it said and how it ended."""

    def run(*arguments: object) -> SimpleNamespace:
        ended = app.test_cli_runner().invoke(args=[str(each) for each in arguments])
        db.session.rollback()
        return SimpleNamespace(code=ended.exit_code, said=ended.output, exception=ended.exception)

    return run


def everything() -> dict[str, int]:
    """How many rows every table has."""
    db.session.rollback()
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in Model.metadata.sorted_tables
    }


def by_external(model) -> dict[str, object]:
    return {thing.external_id: thing for thing in db.session.scalars(select(model))}


# ---------------------------------------------------------------- Barcelona


def test_a_barcelona_export_becomes_a_deliberation(run, tmp_path) -> None:
    done = run("import", "barcelona", files.barcelona(tmp_path / "in"))

    assert done.code == 0, done.said
    deliberation = db.session.scalars(select(Deliberation)).one()
    assert (deliberation.slug, deliberation.proposals_count, deliberation.lang) == ("barcelona-2016", 3, "ca")
    assert [(one.kind, one.closed_at is not None) for one in deliberation.rounds] == [
        ("propose", True),
        ("respond", True),
    ]
    first, second, third = db.session.scalars(select(Proposal).order_by(Proposal.id))
    assert (first.imported_supports, first.backing, first.comments_count, first.answer) == (11, 11, 3, "accepted")
    assert (first.current.title, first.current.lang, first.author_label) == (
        "Més arbres al carrer 1",
        "ca",
        "resident-4bab8d3da6",
    )
    assert (second.answer, second.comments_count) == ("rejected", 0), "its only comment is hidden"
    assert (third.answer, third.district, third.current.body) == (None, None, "")
    assert {answer.verdict: answer.text for answer in db.session.scalars(select(Answer))} == {
        "accepted": "",
        "rejected": "No és competència municipal.",
    }


def test_answers_stand_under_what_they_answer(run, tmp_path) -> None:
    run("import", "barcelona", files.barcelona(tmp_path / "in"))

    said = by_external(Comment)
    top, answer, deeper, hidden = (said[key] for key in "1234")
    assert (top.parent_id, top.root_id, top.depth, top.position) == (None, None, 0, "for")
    assert (answer.parent_id, answer.root_id, answer.depth, answer.position) == (top.id, top.id, 1, None)
    assert (deeper.parent_id, deeper.root_id, deeper.depth) == (answer.id, top.id, 2)
    assert (hidden.state, top.helpful_count) == ("hidden", 2)


def test_the_report_tells_every_number(run, tmp_path) -> None:
    odd = [*COMMENTS, comment(5, on=2, parent_id=1), comment(6, parent_id=99)]

    said = run("import", "barcelona", files.barcelona(tmp_path / "in", comments=odd)).said

    lines = [line.split(maxsplit=1) for line in said.splitlines() if line.startswith("  ")]
    assert {what: number for number, what in lines} == {
        "proposals": "3",
        "supports, as counted where they came from": "36",
        "proposals accepted by the city": "1",
        "proposals rejected by the city": "1",
        "comments": "6",
        "answers to a comment on another proposal: kept, at the top of their own proposal's thread": "1",
        "answers to a comment that the file does not hold: kept, at the top of their thread": "1",
    }


def test_an_import_is_one_act_whose_entry_commits_to_files_and_rows(run, tmp_path) -> None:
    folder = files.barcelona(tmp_path / "in")
    run("import", "barcelona", folder)
    run("audit", "sequence")

    (body,) = db.session.scalars(select(LogEntry.body).where(LogEntry.act == Action.IMPORT_RECORDS)).all()
    made = db.session.scalars(select(Import)).one()
    assert set(made.files) == {"proposals.jsonl.gz", "comments.jsonl.gz"}
    for digest in made.files.values():
        assert digest.encode() in body
    for table in (b"answers", b"comments", b"proposals", b"revisions"):
        assert b'"%s":{"count":' % table in body
    assert b"arbres" not in body


def test_importing_the_same_files_again_changes_nothing(run, tmp_path) -> None:
    folder = files.barcelona(tmp_path / "in")
    run("import", "barcelona", folder)
    before = everything()

    done = run("import", "barcelona", folder)

    assert done.code == 0
    assert "Nothing was changed" in done.said
    assert "%(" not in done.said
    assert "+00:00" not in done.said, "the time is told as people tell it"
    assert everything() == before


def test_a_grown_export_adds_only_what_is_new(run, tmp_path) -> None:
    run("import", "barcelona", files.barcelona(tmp_path / "in"))
    old = {one.external_id: one.id for one in db.session.scalars(select(Proposal))}
    more = [comment(5, on=4), comment(6, on=1, parent_id=2, alignment=None), comment(7, on=1, hidden=True)]

    done = run("import", "barcelona", files.barcelona(tmp_path / "in", [*PROPOSALS, proposal(4)], [*COMMENTS, *more]))

    assert done.code == 0, done.said
    assert "3 proposals that were imported before: passed over" in done.said
    assert db.session.scalar(select(func.count()).select_from(Deliberation)) == 1
    proposals = by_external(Proposal)
    assert {key: proposals[key].id for key in old} == old
    assert {key: one.comments_count for key, one in proposals.items()} == {"1": 4, "2": 0, "3": 0, "4": 1}
    assert by_external(Comment)["6"].depth == 2
    assert db.session.scalars(select(Deliberation)).one().proposals_count == 4


def test_files_that_are_not_gzipped_can_be_imported_too(run, tmp_path) -> None:
    folder = files.barcelona(
        tmp_path / "in", [proposal(1, district=None, photographs=[], accepted=None)], [comment(1)], zipped=False
    )
    files.put(
        folder / "proposals.jsonl", "\ufeff" + files.text_of(folder / "proposals.jsonl").replace("\n", "\r\n\r\n")
    )

    assert run("import", "barcelona", folder).code == 0

    assert by_external(Proposal)["1"].answer is None


def test_what_was_imported_is_found_by_search(app, run, tmp_path) -> None:
    run("import", "barcelona", files.barcelona(tmp_path / "in"))

    page = app.test_client().get("/deliberations/barcelona-2016/proposals?q=carrer+2").text

    assert "Més arbres al carrer 2" in page
    assert "Més arbres al carrer 1" not in page


def test_a_comment_that_was_hidden_there_is_hidden_here_and_says_so(app, run, tmp_path) -> None:
    run("import", "barcelona", files.barcelona(tmp_path / "in"))
    number = by_external(Proposal)["2"].id

    page = app.test_client().get(f"/deliberations/barcelona-2016/proposals/{number}").text

    assert "Molt car." not in page
    assert "It was hidden where it was imported from" in page


def test_comments_that_answer_each_other_in_a_ring_are_kept(run, tmp_path) -> None:
    ring = [comment(1, parent_id=2), comment(2, parent_id=3), comment(3, parent_id=1), comment(4, parent_id=4)]

    done = run("import", "barcelona", files.barcelona(tmp_path / "in", comments=ring))

    assert done.code == 0, done.said
    assert "2 answers that answer themselves in turn: kept" in done.said
    said = by_external(Comment)
    assert [said[key].depth for key in "1234"] == [0, 2, 1, 0]


# ---------------------------------------------------------------- Polis


def test_a_polis_conversation_becomes_statements_with_their_votes(run, tmp_path) -> None:
    done = run("import", "polis", files.polis(tmp_path / "in"))

    assert done.code == 0, done.said
    deliberation = db.session.scalars(select(Deliberation)).one()
    assert (deliberation.question, deliberation.slug) == ("Night buses", "polis-night-buses")
    waiting, running, selling = db.session.scalars(select(Proposal).order_by(Proposal.id))
    assert waiting.current.title == "A bus stop is no place to wait alone, at night."
    assert {one.form for one in (waiting, running, selling)} == {"statement"}
    assert (selling.state, running.state) == ("hidden", "public")
    assert deliberation.proposals_count == 2
    tallies = [(one.agree_count, one.disagree_count, one.pass_count) for one in (waiting, running, selling)]
    assert tallies == [(1, 1, 0), (0, 0, 1), (1, 0, 0)], "of the two votes of participant 1 the last counts"
    assert "3 statements" in done.said
    assert "5 votes" in done.said
    assert "4 votes that count" in done.said
    assert "1 votes that the same person cast again later" in done.said


def test_the_votes_of_a_grown_conversation_are_added_and_replace_earlier_ones(run, tmp_path) -> None:
    run("import", "polis", files.polis(tmp_path / "in"))
    more = [(1403057084000, "", 0, 0, -1), (1403057084100, "", 3, 0, 1), (1403057082000, "", 1, 1, 1)]
    statements = [*files.STATEMENTS, (1403067224399, "", 3, 7, 0, 0, 1, "Trams too.")]

    done = run("import", "polis", files.polis(tmp_path / "moved", statements=statements, votes=[*VOTES, *more]))

    assert done.code == 0, done.said
    assert "5 votes that were imported before: passed over" in done.said
    assert db.session.scalar(select(func.count()).select_from(StatementVote)) == 8
    found = by_external(Proposal)
    tallies = {key: (one.agree_count, one.disagree_count, one.pass_count) for key, one in found.items()}
    assert tallies == {"0": (0, 2, 0), "1": (0, 0, 1), "2": (1, 0, 0), "3": (1, 0, 0)}
    counting = select(func.count()).select_from(StatementVote).where(StatementVote.counts)
    assert db.session.scalar(counting) == 5
    run("audit", "sequence")
    assert run("audit", "verify", "--own-key").code == 0


WITHOUT_EXTRAS = ("timestamp", "comment-id", "comment-body")
NEWER = (
    "timestamp",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "is-meta",
    "is-seed",
    "group-informed-consensus",
    "comment-body",
)


@pytest.mark.parametrize(
    "variant",
    [
        {"statement_names": WITHOUT_EXTRAS, "statements": [(one[0], one[2], one[7]) for one in files.STATEMENTS]},
        {
            "statement_names": NEWER,
            "statements": [
                (one[0], one[2], one[3], 0, 0, one[6], "FALSE", "true", "0.7", one[7]) for one in files.STATEMENTS
            ],
        },
        {"vote_names": ("timestamp", "comment-id", "voter-id", "vote"), "votes": [(one[0], *one[2:]) for one in VOTES]},
        {"votes": [(one[0] // 1000 + at, *one[1:]) for at, one in enumerate(VOTES)]},
        {"line_end": "\r\n", "encoding": "utf-8-sig"},
        {"summary": {"topic": "Night buses"}},
    ],
    ids=[
        "without datetime, author and moderation",
        "newer columns",
        "votes without datetime",
        "seconds",
        "Windows",
        "bare summary",
    ],
)
def test_other_exports_of_polis_are_read_too(run, tmp_path, variant) -> None:
    done = run("import", "polis", files.polis(tmp_path / "in", **variant))

    assert done.code == 0, done.said
    found = by_external(Proposal)
    assert {key: (one.agree_count, one.disagree_count, one.pass_count) for key, one in found.items()} == {
        "0": (1, 1, 0),
        "1": (0, 0, 1),
        "2": (1, 0, 0),
    }
    assert found["0"].created_at.year == 2014


def test_what_newer_exports_say_of_a_statement_is_kept(run, tmp_path) -> None:
    row = (1403067224363, 1, 7, 0, 0, 1, "TRUE", "f", "", "Is this the right question?")

    run("import", "polis", files.polis(tmp_path / "in", statement_names=NEWER, statements=[row], votes=[]))

    assert by_external(Proposal)["1"].imported_facts == {"moderated": 1, "is_meta": True, "is_seed": False}


def test_a_conversation_that_says_nothing_of_itself_is_named_after_its_folder(run, tmp_path) -> None:
    done = run("import", "polis", files.polis(tmp_path / "town-hall", summary={"views": "3"}))

    assert done.code == 0, done.said
    assert db.session.scalars(select(Deliberation.question)).one() == "town-hall"


def test_a_long_topic_gives_an_address_of_whole_words(run, tmp_path) -> None:
    run("import", "polis", files.polis(tmp_path / "in", summary={"topic": "Should every bus in the city run " * 3}))

    slug = db.session.scalars(select(Deliberation.slug)).one()
    assert slug == "polis-should-every-bus-in-the-city-run-should-every-bus-in-the"


def test_two_conversations_do_not_flow_into_one(run, tmp_path) -> None:
    run("import", "polis", files.polis(tmp_path / "in", summary={"topic": "Night buses"}))
    run("import", "polis", files.polis(tmp_path / "in", summary={"topic": "Day buses"}))

    assert sorted(db.session.scalars(select(Deliberation.slug))) == ["polis-day-buses", "polis-night-buses"]


def test_two_conversations_on_the_same_topic_have_two_addresses(run, tmp_path) -> None:
    run("import", "polis", files.polis(tmp_path / "in"))
    run("import", "polis", files.polis(tmp_path / "in", summary={**SUMMARY, "url": "https://polis.example/other"}))

    assert sorted(db.session.scalars(select(Deliberation.slug))) == ["polis-night-buses", "polis-night-buses-2"]


def test_votes_on_unknown_statements_are_left_out_and_told(run, tmp_path) -> None:
    done = run("import", "polis", files.polis(tmp_path / "in", votes=[*VOTES, (1403057083000, "", 44, 2, 1)]))

    assert done.code == 0, done.said
    assert "1 votes on a statement that comments.csv does not hold: left out" in done.said


def test_a_statement_is_shown_with_who_agrees(app, run, tmp_path) -> None:
    run("import", "polis", files.polis(tmp_path / "in"))
    client = app.test_client()
    number = by_external(Proposal)["0"].id

    assert "1 agree, 1 disagree, 0 pass" in client.get("/deliberations/polis-night-buses/proposals").text
    page = client.get(f"/deliberations/polis-night-buses/proposals/{number}").text
    assert "The last vote of each person on this statement" in page
    hidden = client.get(f"/deliberations/polis-night-buses/proposals/{by_external(Proposal)['2'].id}").text
    assert "Buy my shoes" not in hidden
    assert "Rejected by the moderators of the conversation it was imported from." in hidden


# ---------------------------------------------------------------- the log over it


def test_the_log_finds_a_row_that_was_changed_after_the_import(run, tmp_path) -> None:
    run("import", "barcelona", files.barcelona(tmp_path / "in"))
    run("audit", "sequence")
    whole = run("audit", "verify", "--own-key")
    assert (whole.code, whole.exception) == (0, None), whole.said
    number = by_external(Comment)["2"].id

    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE comments SET body = 'I jo no.' WHERE id = {number}")

    found = run("audit", "verify", "--own-key")
    assert found.code == 1
    assert f"comments/{number} was changed behind the log" in found.said
    assert Action.IMPORT_RECORDS in found.said


def test_the_bar_is_for_people_and_machines_hear_nothing(run, tmp_path, monkeypatch) -> None:
    assert not run("import", "polis", files.polis(tmp_path / "in")).said.startswith("Reading")
    shown: list[str] = []
    monkeypatch.setattr(command.sys.stderr, "isatty", lambda: True, raising=False)
    real = command.click.progressbar

    def watched(**options):
        shown.append(options["label"].strip())
        return real(**options)

    monkeypatch.setattr(command.click, "progressbar", watched)
    with command._bar(3, "Reading") as progress:
        progress(3)

    assert shown == ["Reading"]


# ---------------------------------------------------------------- the real ones


def test_barcelona_itself_comes_in_whole(run) -> None:
    done = run("import", "barcelona", real_data("barcelona-2016"))

    assert done.code == 0, done.said
    assert (
        everything()
        | {
            "proposals": 10_860,
            "revisions": 10_860,
            "comments": 18_192,
            "answers": 10_860,
            "deliberations": 1,
            "imports": 1,
        }
        == everything()
    )
    supports, comments = db.session.execute(
        select(func.sum(Proposal.imported_supports), func.sum(Proposal.comments_count))
    ).one()
    assert (supports, comments) == (165_127, 18_192)
    verdicts = select(Answer.verdict, func.count(), func.count(func.nullif(Answer.text, ""))).group_by(Answer.verdict)
    found = {verdict: (number, with_text) for verdict, number, with_text in db.session.execute(verdicts)}
    assert found == {"accepted": (8_142, 0), "rejected": (2_718, 2_718)}
    assert db.session.scalar(select(func.count()).where(Comment.parent_id.is_not(None))) == 1_974
    told = done.said
    for words in ("10,860 proposals", "165,127 supports", "8,142 proposals accepted", "18,192 comments"):
        assert words in told
    run("audit", "sequence")
    assert run("audit", "verify", "--own-key").code == 0
    again = run("import", "barcelona", real_data("barcelona-2016"))
    assert "Nothing was changed" in again.said


@pytest.mark.parametrize(
    ("name", "statements", "hidden", "votes", "counting"),
    [
        ("seattle-minimum-wage", 54, 23, 2_995, 2_872),
        ("affordable-housing", 165, None, 15_076, None),
        ("london-youth-policing", 39, None, 640, None),
    ],
)
def test_real_conversations_come_in_whole(run, name, statements, hidden, votes, counting) -> None:
    folder = real_data("polis", name)
    done = run("import", "polis", folder)

    assert done.code == 0, done.said
    with (folder / "votes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    last = {
        (row["voter-id"], row["comment-id"]): row["vote"] for row in sorted(rows, key=lambda row: int(row["timestamp"]))
    }
    tallies = Counter((statement, vote) for (_, statement), vote in last.items())
    found = by_external(Proposal)
    assert len(found) == statements
    assert {key: (one.agree_count, one.disagree_count, one.pass_count) for key, one in found.items()} == {
        key: (tallies[key, "1"], tallies[key, "-1"], tallies[key, "0"]) for key in found
    }
    assert db.session.scalar(select(func.count()).select_from(StatementVote)) == votes == len(rows)
    counted = db.session.scalar(select(func.count()).select_from(StatementVote).where(StatementVote.counts))
    assert counted == len(last)
    if hidden is not None:
        assert sum(one.state == ProposalState.HIDDEN for one in found.values()) == hidden
        assert counted == counting
    run("audit", "sequence")
    assert run("audit", "verify", "--own-key").code == 0


# ---------------------------------------------------------------- elections


def imported_vote() -> tuple[Poll, dict[str, str]]:
    """The only vote, and what became of each proposal by its id in the file."""
    poll = db.session.scalars(select(Poll)).one()
    ids = {thing.id: thing.external_id for thing in db.session.scalars(select(Proposal))}
    outcome = Outcome.from_data(poll.outcome)
    return poll, {ids[one.option]: one.decision.value for one in outcome.results}


def test_a_budget_from_pabulib_becomes_a_finished_vote(run, tmp_path) -> None:
    path = files.village(tmp_path)
    done = run("import", "pabulib", path)

    assert done.code == 0, done.said
    assert "6 ballots" in " ".join(done.said.split())
    deliberation = db.session.scalars(select(Deliberation)).one()
    assert [(one.kind, one.sealed_at is not None) for one in deliberation.rounds] == [
        ("propose", False),
        ("vote", True),
        ("respond", False),
    ]
    poll, decided = imported_vote()
    assert (poll.rule["method"], poll.rule["completion"], poll.ballots) == ("equal-shares", "add1", 6)
    assert decided == {"well": "carried", "B-2": "carried", "3": "rejected"}
    assert db.session.scalars(select(Proposal.imported_facts["cost"].as_string())).all() == ["60", "40", "90"]
    assert checks.check_all(db.session()) == []
    run("audit", "sequence")
    verified = run("audit", "verify", "--own-key")
    assert verified.code == 0, verified.said


def test_an_imported_vote_is_shown_with_its_account_and_can_be_counted_again(run, app, tmp_path) -> None:
    run("import", "pabulib", files.village(tmp_path))
    deliberation = db.session.scalars(select(Deliberation)).one()
    vote = deliberation.rounds[1].id
    where = f"/deliberations/{deliberation.slug}/rounds/{vote}"
    client = app.test_client()

    page = client.get(f"{where}/results")
    assert page.status_code == 200
    assert "supporters pay" in page.text
    for name in ("result.json", "box.jsonl", "recount.py"):
        (tmp_path / name).write_bytes(client.get(f"{where}/{name}").data)
    again = subprocess.run(
        [sys.executable, "-I", "recount.py", "result.json"], cwd=tmp_path, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "this is the published result" in again.stdout


def test_rankings_from_preflib_become_a_finished_vote(run, tmp_path) -> None:
    path = tmp_path / "club.toi"
    path.write_text("# TITLE: The chair\n# ALTERNATIVE NAME 1: Ada\n# ALTERNATIVE NAME 2: Bo\n3: 1,2\n2: 2\n4: {1,2}\n")
    done = run("import", "preflib", path, "--method", "schulze")

    assert done.code == 0, done.said
    poll, decided = imported_vote()
    assert (poll.question, poll.ballots, poll.rule["method"]) == ("The chair", 9, "schulze")
    assert decided == {"1": "carried", "2": "rejected"}
    assert checks.check_all(db.session()) == []


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("f;3", "f;4", "line 26: names the project “4”"),
        ("B-2;40", "B-2;39.5", "a vote here spends whole units"),
        ("add1", "magic", "names no completion"),
    ],
)
def test_an_election_that_cannot_be_used_leaves_nothing_behind(run, tmp_path, change, to, said) -> None:
    path = files.village(tmp_path)
    text = path.read_text()
    assert change in text
    path.write_text(text.replace(change, to))
    before = everything()

    done = run("import", "pabulib", path)

    assert done.code == 1
    assert said in done.said
    assert "Nothing was imported." in done.said
    assert everything() == before


def test_a_method_that_the_ballots_do_not_allow_is_refused(run, tmp_path) -> None:
    before = everything()
    done = run("import", "pabulib", files.village(tmp_path), "--method", "stv")

    assert done.code == 1
    assert "stv cannot count its ballots" in done.said
    assert everything() == before


def test_an_election_that_stands_already_is_not_taken_in_again(run, tmp_path) -> None:
    path = files.village(tmp_path)
    run("import", "pabulib", path)
    before = everything()

    done = run("import", "pabulib", path)

    assert done.code == 0
    assert "Nothing was changed" in done.said
    assert everything() == before


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb", "Poland_Wieliczka_2023_Green_Budget.pb"])
def test_a_real_budget_funds_here_what_the_city_carried_out(run, name) -> None:
    done = run("import", "pabulib", real_data("pabulib", name))

    assert done.code == 0, done.said
    _poll, decided = imported_vote()
    carried_out = {
        thing.external_id
        for thing in db.session.scalars(select(Proposal))
        if (thing.imported_facts or {}).get("selected") == "1"
    }
    assert {key for key, decision in decided.items() if decision == "carried"} == carried_out

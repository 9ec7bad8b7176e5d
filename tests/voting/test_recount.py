"""recount.py: one file that strangers run on the published box, without anything of ours installed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.voting import recounting
from app.voting.counting.methods import BUDGETS, MARKING, Marking, Method
from app.voting.counting.outcome import Outcome
from app.voting.counting.ties import TieRule
from app.voting.publishing import Fate, Published, PublishedBox, cvr_lines, publish
from app.voting.receipts import choices_text
from app.voting.roundkey import Envelope
from app.voting.rule import ReceiptMode, VoteRule

OPTIONS = (4, 5, 6, 9)
ROLL = 300


def rule_of(method: Method) -> VoteRule:
    more: dict[str, Any] = {}
    if method in BUDGETS:
        more = {"budget": 70, "costs": [[4, 40], [5, 30], [6, 20], [9, 35]]}
    if MARKING[method] is Marking.POINTS:
        more = {"points": 10}
    return VoteRule.from_settings({"method": method.value, "seats": 2, **more})


def ballot(marking: Marking, chance: random.Random) -> Mapping[str, list[int]]:
    some = chance.sample(OPTIONS, chance.randint(0, len(OPTIONS)))
    if marking is Marking.APPROVE:
        return {"approve": sorted(some)}
    if marking is Marking.RANK:
        return {str(place): [option] for place, option in enumerate(some, 1)}
    marks = {
        Marking.ANSWER: ["yes", "no", "abstain"],
        Marking.SCORE: list("012345"),
        Marking.POINTS: ["1", "2"],
        Marking.OPINION: ["agree", "disagree", "pass"],
    }[marking]
    found: dict[str, list[int]] = {}
    for option in sorted(some):
        found.setdefault(chance.choice(marks), []).append(option)
    return found


def sealed(rule: VoteRule, mode: ReceiptMode, ballots: int = 60) -> PublishedBox:
    """Each ballot is cast twice: ways of filling in that occur only once would not be published."""
    chance = random.Random(f"{rule.method}")
    texts = [choices_text(ballot(rule.marking, chance)) for _ in range(ballots // 2)] * 2
    cast = [(Envelope.new(text, chance.randbytes(16)), Fate.COUNTED) for text in texts]
    return publish(1, rule, OPTIONS, ROLL, mode, cast)


def lay_out(folder: Path, rule: VoteRule, box: PublishedBox) -> Path:
    """The files as they lie beside a result."""
    (folder / "box.jsonl").write_bytes(b"".join(cvr_lines(box.slips)))
    told = {
        "question": "What first?",
        "rule": rule.to_settings(),
        "box_sha256": box.cvr_sha256,
        "options": [{"option": option, "title": f"Proposal {option}"} for option in OPTIONS],
        "outcome": box.outcome.as_data(),
    }
    (folder / "result.json").write_text(json.dumps(told))
    (folder / "recount.py").write_bytes(recounting.program())
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Alone with the standard library: -I ignores the environment and what is installed for the user, -S every site."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "recount.py", *arguments], cwd=folder, capture_output=True, text=True
    )


@pytest.mark.parametrize("mode", ReceiptMode)
@pytest.mark.parametrize("method", Method)
def test_the_recount_is_what_was_published(tmp_path, method, mode):
    rule = rule_of(method)
    box = sealed(rule, mode)
    assert box.published is (Published.BALLOTS if mode is ReceiptMode.TRACKED else Published.PATTERNS)
    folder = lay_out(tmp_path, rule, box)

    done = run(folder, "result.json", "--json")

    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout).values()
    assert found == box.outcome.as_data()
    assert Outcome.from_data(found) == box.outcome


def test_people_are_told_who_carried_it_and_that_it_fits(tmp_path):
    rule = rule_of(Method.EQUAL_SHARES)
    folder = lay_out(tmp_path, rule, sealed(rule, ReceiptMode.TRACKED))

    told = run(folder, "result.json").stdout

    assert "this is the published result" in told
    assert "carried: Proposal" in told
    assert "supporters" in told


@pytest.mark.parametrize("where", ["box.jsonl", "result.json"])
def test_a_box_or_a_result_that_was_changed_does_not_fit(tmp_path, where):
    rule = rule_of(Method.APPROVAL)
    folder = lay_out(tmp_path, rule, sealed(rule, ReceiptMode.TRACKED))
    path = folder / where
    text = path.read_text()
    if where == "box.jsonl":
        path.write_text("".join(text.splitlines(keepends=True)[1:]))
    else:
        told = json.loads(text)
        told["outcome"]["results"][0]["decision"] = "no-quorum"
        path.write_text(json.dumps(told))

    done = run(folder, "result.json")

    assert done.returncode == 1
    assert "THIS IS NOT THE PUBLISHED RESULT" in done.stdout


def test_a_lot_is_drawn_again_from_its_seed(tmp_path):
    rule = replace(rule_of(Method.APPROVAL), ties=TieRule.LOT, seed="snow on 1 May")
    folder = lay_out(tmp_path, rule, sealed(rule, ReceiptMode.TRACKED, ballots=20))

    assert run(folder, "result.json").returncode == 0


def test_what_cannot_be_counted_is_said_in_words(tmp_path):
    rule = rule_of(Method.APPROVAL)
    folder = lay_out(tmp_path, rule, sealed(rule, ReceiptMode.TRACKED))
    (folder / "box.jsonl").unlink()

    done = run(folder, "result.json")

    assert done.returncode == 2
    assert "box.jsonl cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_program_is_the_same_bytes_whoever_makes_it():
    again = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from app.voting import recounting; sys.stdout.buffer.write(recounting.program())",
        ],
        cwd=Path(__file__).parents[2],
        capture_output=True,
    )
    assert again.stdout == recounting.program()

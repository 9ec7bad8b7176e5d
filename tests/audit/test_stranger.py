"""verify.py as a stranger runs it: one file, the standard library, a key from elsewhere."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
from pathlib import Path

import pytest

from app.audit import exporting, verify
from app.audit.merkle import leaf_hash
from app.audit.notes import Signer, new_signer
from app.audit.verify import ed25519_holds
from tests.audit.stranger import Answer, check
from tests.audit.synthetic import FACILITATOR, OPERATOR, RESIDENT, Synthetic, busy, entry

NAME = "city.example/log"
LENGTH = 300
"""Enough for a full tile, a partial one, and one above them."""

VECTORS = [  # RFC 8032, 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
        "0d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
        "27beceea1ec40a",
    ),
]
GROUP = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_plain_verifier_agrees_with_the_vectors_of_the_rfc(public: str, message: str, signature: str) -> None:
    key, said, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert ed25519_holds(key, said, signed)
    assert not ed25519_holds(key, said + b"!", signed)
    for at in (0, 31, 32, 63):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert not ed25519_holds(key, said, bytes(changed))


def test_a_signature_has_one_spelling_only() -> None:
    key, said, signed = (bytes.fromhex(one) for one in VECTORS[1])
    again = int.from_bytes(signed[32:], "little") + GROUP
    assert not ed25519_holds(key, said, signed[:32] + again.to_bytes(32, "little"))
    assert not ed25519_holds(key, said, signed[:63])


@pytest.mark.parametrize(
    "point",
    [
        (1).to_bytes(32, "little"),  # the neutral one: any signature could fit
        (2**255 - 20).to_bytes(32, "little"),  # of order two
        (2**255 - 18).to_bytes(32, "little"),  # y = 1, spelled above the prime
        (2**255 + 1).to_bytes(32, "little"),  # x = 0 with a sign
        (2).to_bytes(32, "little"),  # no point of the curve has this y
    ],
)
def test_points_that_are_none_or_prove_nothing_are_refused(point: bytes) -> None:
    signed = (1).to_bytes(32, "little") + bytes(32)
    assert not ed25519_holds(point, b"anything", signed)


def test_both_verifiers_agree_on_what_is_signed_here() -> None:
    signer = new_signer(NAME)
    for message in (b"", b"a note\n", b"x" * 1000):
        signed = signer.key.sign(message)
        assert verify.fastest_check()[0](signer.vkey.public, message, signed)
        assert ed25519_holds(signer.vkey.public, message, signed)


def test_the_file_needs_no_more_than_python_of_some_years_ago() -> None:
    text = exporting.verifier().decode()
    tree = ast.parse(text, feature_version=(3, 9))
    taken = {name.split(".")[0] for name in re.findall(r"^\s*(?:import|from) ([\w.]+)", text, re.MULTILINE)}
    assert taken - set(__import__("sys").stdlib_module_names) == {"cryptography"}
    assert ast.get_docstring(tree)


class Log:
    """A synthetic log in a folder, and a stranger who checks it."""

    def __init__(self, folder: Path) -> None:
        self.signer = new_signer(NAME)
        self.folder = folder / "log"
        self.program = folder / "verify.py"
        self.program.write_bytes(exporting.verifier())
        self.log = Synthetic(self.signer, self.folder)

    def write(self, length: int = LENGTH, batch: int = 40, *, more: list[bytes] | None = None) -> Log:
        bodies = [*busy(length), *(more or [])]
        for first in range(0, len(bodies), batch):
            self.log.add(bodies[first : first + batch])
        self.log.write()
        return self

    def go_on(self, bodies: list[bytes]) -> Log:
        self.log.add(bodies)
        shutil.rmtree(self.folder)
        self.log.write()
        return self

    def check(self, *words: str, signer: Signer | None = None) -> Answer:
        key = str((signer or self.signer).vkey)
        record = () if "--tree-only" in words else ("--no-record",)
        return check(self.folder, *record, *words, key=key, program=self.program)

    def file(self, name: str) -> Path:
        return self.folder / name

    def rewrite(self, index: int, body: bytes, signer: Signer | None = None) -> None:
        """Write the whole log again with another entry, consistently, as whoever has the key could."""
        bodies = list(self.log.bodies)
        bodies[index] = body
        sizes = [json.loads(line)["size"] for line in self.log.lines]
        self.log = Synthetic(signer or self.signer, self.folder)
        for first, last in zip([0, *sizes], sizes, strict=False):
            self.log.add(bodies[first:last])
        shutil.rmtree(self.folder)
        self.log.write()


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def comment(index: int, *, at: float | None = None, number: int | None = None, **more: object) -> bytes:
    said = {"object": f"comments/{number or index + 1}", "process": "deliberations/1", "facts": {"proposal": 1}}
    return entry(index, "comment.posted", RESIDENT, at, **{**said, **more})


def test_a_log_that_nobody_touched_is_whole(log: Log) -> None:
    answer = log.write().check()
    assert (answer.status, answer.trouble) == (0, "")
    assert answer.said.count("ok ") == 6
    assert "300 entries" in answer.said
    assert "in plain Python" in answer.said, "the package index is out of its reach"
    assert log.check("--all-signatures", "--json").data["whole"]
    assert log.check("--tree-only").status == 0


@pytest.mark.parametrize("words", [["--vkey", "nonsense"], []])
def test_what_cannot_be_looked_at_is_no_finding(log: Log, words: list[str]) -> None:
    answer = check(log.folder, *words, key=str(log.signer.vkey), program=log.program)
    assert answer.status == 2
    assert "could not be looked at" in answer.trouble


def test_another_key_than_the_logs_is_noticed(log: Log) -> None:
    answer = log.write().check(signer=new_signer(NAME))
    assert answer.status == 1
    assert f"not signed by {NAME} with this key" in answer.said


def test_a_log_signed_anew_with_another_key_does_not_pass(log: Log) -> None:
    log.write().rewrite(17, comment(17), new_signer(NAME))
    assert "cannot be trusted" in log.check().first


def test_a_changed_entry_is_named_with_its_act_and_time(log: Log) -> None:
    path = log.write().file("tile/entries/000")
    path.write_bytes(path.read_bytes().replace(b'"object":"comments/18"', b'"object":"comments/81"'))
    answer = log.check()
    assert answer.status == 1
    assert answer.first.startswith("Entry 17: its text does not fit its hash in the tile.")
    assert "(Entry 17: comment.posted, 2026-05-04T09:00:17Z, comments/81.)" in answer.first


def test_an_entry_changed_with_its_hash_is_found_by_what_was_signed(log: Log) -> None:
    path, tile, body = log.write().file("tile/entries/000"), log.file("tile/0/000"), comment(17, facts={"proposal": 2})
    bodies = verify.unbundled(path.read_bytes())
    bodies[17] = body
    path.write_bytes(b"".join(len(one).to_bytes(2, "big") + one for one in bodies))
    hashes = bytearray(tile.read_bytes())
    hashes[17 * 32 : 18 * 32] = leaf_hash(body)
    tile.write_bytes(bytes(hashes))
    assert "One or more of the entries 0-39 are not what was signed" in log.check().said
    assert log.check("--tree-only").status == 1


def test_dropped_swapped_and_added_entries_are_found(log: Log) -> None:
    path = log.write().file("tile/entries/000")
    whole = path.read_bytes()
    bodies = verify.unbundled(whole)
    for changed, said in [
        ([*bodies[:17], *bodies[18:]], "Entry 17: its text does not fit"),
        ([*bodies[:17], bodies[18], bodies[17], *bodies[19:]], "Entry 17: its text does not fit"),
        ([*bodies, comment(256)], "holds more than 256"),
        (bodies[:-1], "Entry 255 is missing"),
    ]:
        path.write_bytes(b"".join(len(one).to_bytes(2, "big") + one for one in changed))
        assert said in log.check().first
    path.write_bytes(whole[:-1])
    assert "is damaged: the bundle ends in the middle of an entry" in log.check().said


def test_a_hash_changed_in_a_tile_is_named_by_its_entry_alone(log: Log) -> None:
    path = log.write().file("tile/0/000")
    hashes = bytearray(path.read_bytes())
    hashes[17 * 32] ^= 1
    path.write_bytes(bytes(hashes))
    answer = log.check()
    assert answer.first.startswith("Entry 17: its text does not fit its hash in the tile.")
    assert "NOT WHOLE. 1 things" in answer.said


@pytest.mark.parametrize(
    ("name", "said"),
    [("tile/0/000", "Entry 0"), ("tile/0/001.p/44", "Entry 256"), ("tile/1/000.p/1", "Tile 1/0 holds")],
)
def test_a_changed_or_missing_tile_is_named(log: Log, name: str, said: str) -> None:
    path = log.write().file(name)
    hashes = bytearray(path.read_bytes())
    hashes[0] ^= 1
    path.write_bytes(bytes(hashes))
    assert said in log.check().first
    path.unlink()
    assert "is missing" in log.check().said


def test_a_shortened_log_does_not_go_on_from_a_checkpoint_that_was_kept(log: Log, tmp_path: Path) -> None:
    kept = tmp_path / "minutes.txt"
    kept.write_text(json.loads(log.write().log.lines[-1])["note"])
    assert log.check("--checkpoint", str(kept)).status == 0
    shorter = Log(tmp_path / "cut") if (tmp_path / "cut").mkdir() is None else log
    shorter.log.signer = log.signer
    shorter.signer = log.signer
    shorter.write(200)
    assert shorter.check().status == 0, "by itself nobody could tell"
    assert "kept in minutes.txt was signed over 300" in shorter.check("--checkpoint", str(kept)).said


def test_a_damaged_line_of_the_earlier_checkpoints_is_found(log: Log) -> None:
    path = log.write().file("checkpoints.jsonl")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[1], lines[0], *lines[2:]]))
    assert "out of order" in log.check().said
    path.write_text("".join(["{}\n", *lines]))
    assert "cannot be read" in log.check().said
    path.unlink()
    assert "checkpoints.jsonl) are missing" in log.check().said


# ---------------------------------------------------------------- form and time


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (entry(300, "comment.posted", RESIDENT, mood="sunny"), "has a part that no entry has: mood"),
        (entry(300, "comment.posted", {"p": "Ada", "role": "resident"}), "otherwise than by a random name"),
        (entry(300, "comment.posted", RESIDENT, rows={"comments/1": "x"}), "no proper fingerprint of comments/1"),
        (b'{"act":"x.y"}', "does not have the parts of an entry"),
        (b'{"v":1.5}', "not written in the one form"),
        (comment(300).replace(b'"v":1', b'"v": 1'), "not written in the one form"),
        (entry(17, "comment.posted", RESIDENT, 300), "Entry 300 is entry 17 once more"),
        (comment(300, at=-9000), "was it dated back?"),
        (comment(300, at=9000), "later than the signature over it"),
    ],
)
def test_an_entry_that_cannot_be_one_is_found_though_it_was_signed(log: Log, body: bytes, said: str) -> None:
    assert said in log.write(more=[body]).check().said


# ---------------------------------------------------------------- keys and witnesses


def test_keys_that_follow_one_another_are_followed_from_either(log: Log) -> None:
    old, new = log.signer, new_signer(NAME)

    def both(size: int, root: bytes) -> str:
        text = old.checkpoint(size, root)
        return text + new.line(text.rpartition("\n\n")[0] + "\n")

    log.write(40)
    log.log.add([entry(40, "key.added", OPERATOR, facts={"vkey": str(new.vkey)})], both)
    log.log.add([entry(41, "key.retired", OPERATOR, facts={"vkey": str(old.vkey)})], both)
    log.log.add([comment(42)], new.checkpoint)
    shutil.rmtree(log.folder)
    log.log.write()
    for signer in (old, new):
        answer = log.check("--all-signatures", signer=signer)
        assert answer.status == 0, answer.said
    log.log.add([comment(43)], old.checkpoint)
    log.log.write()
    for signer in (old, new):
        assert "cannot be trusted" in log.check("--all-signatures", signer=signer).said


def test_witnesses_are_counted_who_have_seen_the_newest_checkpoint(log: Log) -> None:
    library = new_signer("library.example/w")
    vkey = verify.Vkey(library.name, library.vkey.public, verify.COSIGNATURE)
    log.write()
    assert "0 of your witnesses" in log.check("--witness", str(vkey)).said
    note = log.file("checkpoint").read_text()
    stamp = (1777888800).to_bytes(8, "big")
    signed = library.key.sign(f"cosignature/v1\ntime 1777888800\n{note.rpartition(chr(10) * 2)[0]}\n".encode())
    line = f"\u2014 {library.name} {base64.b64encode(vkey.key_id + stamp + signed).decode()}\n"
    log.file("checkpoint").write_text(note + line)
    assert log.check("--witness", str(vkey)).status == 0
    assert "1 of your witnesses" in log.check("--witness", str(vkey), "--witnesses-needed", "2").said
    forged = base64.b64encode(vkey.key_id + bytes(8) + signed).decode()
    log.file("checkpoint").write_text(note + f"\u2014 {library.name} {forged}\n")
    assert "the cosignature of library.example/w does not fit" in log.check("--witness", str(vkey)).said


# ---------------------------------------------------------------- mirrors


def test_a_mirror_goes_on_from_what_it_kept_and_fetches_no_tile_of_it_again(log: Log, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    log.write()
    for _ in range(2):
        assert log.check("--mirror", str(mirror)).status == 0
    log.go_on([comment(index) for index in range(300, 600)])
    log.file("tile/entries/000").unlink()
    log.file("tile/0/000").unlink()
    answer = log.check("--mirror", str(mirror))
    assert answer.status == 0, answer.said
    assert (mirror / "leaves").stat().st_size == 600 * 32
    assert [json.loads(line)["size"] for line in (mirror / "checkpoints.jsonl").read_text().splitlines()][-2:] == [
        300,
        600,
    ]
    assert log.check("--mirror", str(mirror)).status == 0


def test_history_rewritten_with_the_right_key_is_named_as_it_was_and_as_it_is(log: Log, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    log.write()
    assert log.check("--mirror", str(mirror)).status == 0
    kept = {path: path.read_bytes() for path in mirror.iterdir() if path.is_file()}
    log.rewrite(17, comment(17, number=9999))
    assert log.check().status == 0, "by itself nobody could tell"
    answer = log.check("--mirror", str(mirror))
    assert answer.status == 1
    assert answer.first.startswith("Entry 17 was rewritten since the mirror saw it.")
    assert "It was: comment.posted, 2026-05-04T09:00:17Z, comments/18." in answer.first
    assert "It is now: comment.posted, 2026-05-04T09:00:17Z, comments/9999." in answer.first
    assert "told two histories" in answer.first
    assert {path: path.read_bytes() for path in mirror.iterdir() if path.is_file()} == kept
    (proof,) = (mirror / "evidence").iterdir()
    for name in ("kept.checkpoint", "shown.checkpoint"):
        note = (proof / name).read_text()
        assert verify.open_checkpoint(note, log.signer.vkey, ed25519_holds).size == 300
    assert (proof / "entry-17-kept.json").read_bytes() != (proof / "entry-17-shown.json").read_bytes()


def test_a_log_that_became_shorter_is_told_by_the_mirror(log: Log, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    log.write()
    assert log.check("--mirror", str(mirror)).status == 0
    shutil.rmtree(log.folder)
    log.log = Synthetic(log.signer, log.folder)
    log.write(200)
    assert "The log shows 200 entries; 300 were seen before." in log.check("--mirror", str(mirror)).said


# ---------------------------------------------------------------- what acts presuppose

HERE = {"process": "deliberations/1"}
TIMES = {"opens_at": None, "closes_at": None}
CLERK = {"p": "p:00000000c1e0", "role": "clerk"}
VOTE = [
    ("round.planned", FACILITATOR, {"object": "rounds/2", "facts": {"kind": "vote", **TIMES}, **HERE}),
    (
        "round.opened",
        FACILITATOR,
        {"object": "rounds/2", "facts": {"after": TIMES, "charter": {"roll": 50, "batch_size": 20}}, **HERE},
    ),
    (
        "ballots.batched",
        {"role": "clock"},
        {"object": "rounds/2", "facts": {"number": 1, "ballots": 20, "root": "00"}, **HERE},
    ),
    ("round.closed", FACILITATOR, {"object": "rounds/2", "facts": {"after": TIMES}, **HERE}),
    ("seal.asked", FACILITATOR, {"object": "rounds/2", **HERE}),
    (
        "round.sealed",
        CLERK,
        {
            "object": "rounds/2",
            "facts": {"ballots": 18, "superseded": 2, "void": 0, "voted": 18, "roll": 50},
            **HERE,
        },
    ),
    ("round.key_destroyed", CLERK, {"object": "rounds/2", "facts": {"copies": 2}, **HERE}),
]


def told(acts: list[tuple[str, dict[str, str], dict[str, object]]]) -> list[str]:
    """What is found when these acts follow the opening of a city, an act a second."""
    found: list[verify.Finding] = []
    conduct = verify.Conduct(found.append)
    bodies = [*busy(8), *(entry(8 + place, act, by, **more) for place, (act, by, more) in enumerate(acts))]
    for index, body in enumerate(bodies):
        said = verify.read_canonical(body)
        assert verify.fault_of(said) is None
        conduct.entry(index, said)
    return [one.what for one in found]


def test_a_vote_that_went_its_way_is_found_right() -> None:
    assert told(VOTE) == []


def changed(place: int, **facts: object) -> list[tuple[str, dict[str, str], dict[str, object]]]:
    act, by, more = VOTE[place]
    return [*VOTE[:place], (act, by, {**more, "facts": {**more.get("facts", {}), **facts}}), *VOTE[place + 1 :]]


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ([VOTE[0], VOTE[2]], "takes in ballots of rounds/2, which was planned: no vote was open"),
        ([*VOTE[:6], VOTE[2]], "which was sealed: no vote was open"),
        ([*VOTE[:4], VOTE[3]], "(round.closed) is about rounds/2, which was closed"),
        ([*VOTE[:6], VOTE[5]], "(round.sealed) is about rounds/2, which was sealed"),
        ([*VOTE[:3], VOTE[4]], "(seal.asked) is about rounds/2, which was open"),
        ([*VOTE[:4], VOTE[5]], "without anybody else having asked"),
        ([*VOTE[:3], VOTE[5]], "(round.sealed) is about rounds/2, which was open"),
        ([*VOTE[:5], VOTE[6]], "(round.key_destroyed) is about rounds/2, which was closed"),
        ([*VOTE[:4], ("seal.asked", CLERK, VOTE[4][2]), VOTE[5]], "by the same person who asked"),
        (changed(5, roll=51), "on a roll of 51; by the entries before it was of 50"),
        (changed(5, voted=17), "counts 18 ballots of rounds/2, by 17 voters"),
        (changed(5, superseded=1), "accounts for 19 ballots of rounds/2, where 20 had come in"),
        (changed(2, ballots=3), "takes in 3 ballots at once"),
        ([VOTE[0], ("round.cancelled", FACILITATOR, VOTE[3][2]), VOTE[1]], "rounds/2, which was cancelled"),
        ([VOTE[0], VOTE[0]], "was planned already"),
        ([VOTE[1]], "rounds/2, which had not been planned"),
        (
            [("comment.posted", RESIDENT, {"object": "comments/9", "process": "deliberations/7"})],
            "had not been started",
        ),
        (
            [("comment.posted", RESIDENT, {"object": "comments/9", "facts": {"proposal": 4}, **HERE})],
            "is about proposals/4, which was not there",
        ),
        (
            [
                ("round.closed", FACILITATOR, {"object": "rounds/1", "facts": {"after": TIMES}, **HERE}),
                ("comment.posted", RESIDENT, {"object": "comments/9", "facts": {"proposal": 1}, **HERE}),
            ],
            "while no round for it was open",
        ),
        (
            [("round.closed", FACILITATOR, {"object": "rounds/1", "facts": {"before": {"closes_at": "soon"}}, **HERE})],
            None,
        ),
        (
            [
                (
                    "round.closed",
                    FACILITATOR,
                    {"object": "rounds/1", "facts": {"before": {"closes_at": "2026-05-05T09:00:00Z"}}, **HERE},
                )
            ],
            "found another closes_at of its round",
        ),
        (
            [("account.suspended", {"p": "p:00000000ad11", "role": "administrator"}, {"object": "accounts/x"})],
            "nobody held",
        ),
        ([("round.closed", RESIDENT, {"object": "rounds/1", **HERE})], "not that office's to do"),
        ([("proposal.withdrawn", {"role": "resident"}, {"object": "proposals/1", **HERE})], "does not say who acted"),
        (
            [
                ("proposal.withdrawn", RESIDENT, {"object": "proposals/1", **HERE}),
                ("endorsement.given", RESIDENT, {"object": "proposals/1", "facts": {"revision": 1}, **HERE}),
            ],
            "is about proposals/1, which was withdrawn",
        ),
        (
            [("endorsement.given", RESIDENT, {"object": "proposals/1", "facts": {"revision": 2}, **HERE})],
            "speaks of revision 2",
        ),
        ([("comment.restored", CLERK, {"object": "comments/1", **HERE})], "is about comments/1, which was not there"),
        ([("account.renamed", RESIDENT, {"object": "accounts/nobody"})], "which had not been opened"),
        (
            [("role.granted", OPERATOR, {"object": "accounts/00000000c1e0", "facts": {"role": "clerk"}})],
            "which they held already",
        ),
    ],
)
def test_an_act_that_could_not_be_done_is_found_by_the_log_alone(
    acts: list[tuple[str, dict[str, str], dict[str, object]]], said: str | None
) -> None:
    found = told(acts)
    if said is None:
        assert found == []
    else:
        assert any(said in one for one in found), found


def test_a_closed_vote_may_be_reopened_by_two_and_a_seal_asked_for_falls_with_it() -> None:
    asked = ("reopening.asked", FACILITATOR, {"object": "rounds/2", "facts": {"closes_at": None}, **HERE})
    another = {"p": "p:0000000fac22", "role": "facilitator"}
    reopened = ("round.reopened", another, {"object": "rounds/2", "facts": {"after": TIMES}, **HERE})
    assert told([*VOTE[:5], asked, reopened, *VOTE[3:]]) == []
    alone = ("round.reopened", FACILITATOR, reopened[2])
    assert any("by the same person who asked for it" in one for one in told([*VOTE[:5], asked, alone]))
    assert any("a second time" in one for one in told([*VOTE[:5], VOTE[4]]))


def test_the_roll_may_change_line_by_line_while_a_vote_is_open() -> None:
    line = {"object": "rounds/2", **HERE}
    added, struck = (
        ("roll.added", CLERK, {**line, "facts": {"roll": 51}}),
        ("roll.struck", CLERK, {**line, "facts": {"roll": 50}}),
    )
    assert told([*VOTE[:2], added, struck, *VOTE[2:]]) == []
    assert any("leaves the roll of rounds/2 at 51, which was at 51" in one for one in told([*VOTE[:2], added, added]))

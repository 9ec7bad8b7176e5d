"""The small witness: it cosigns continuations and nothing else, whoever asks and whenever it is killed."""

from __future__ import annotations

import ast
import base64
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.notes import Signer, new_signer
from app.audit.verify import NoteError, consistency_holds
from app.audit.witness import server
from app.audit.witness.cosignatures import cosigned, parse_cosigner
from app.audit.witness.server import Malformed, Witness, continues
from tests.audit.witnessed import asked, growing, leaves, proof_of, root_of, serving, signed

ORIGIN = "city.example/log"
NOON = 1_772_000_000
FILE = Path(server.__file__)


@pytest.fixture
def signer() -> Signer:
    return new_signer(ORIGIN)


@pytest.fixture
def witness(tmp_path: Path, signer: Signer) -> Witness:
    made = Witness.make(tmp_path / "witness", "library.example/witness")
    made.trust(str(signer.vkey))
    return Witness(made.folder, now=lambda: NOON)


# ---------------------------------------------------------------- what it answers


def test_a_log_that_grows_is_cosigned_each_time(witness: Witness, signer: Signer) -> None:
    cosigner = parse_cosigner(str(witness.key))
    for old, new in ((0, 3), (3, 4), (4, 300), (300, 300)):
        request = growing(signer, leaves(new), old)
        answer = witness.add_checkpoint(request)
        assert answer.status == 200, answer.text
        found = cosigned(signed(signer, leaves(new)), answer.text, cosigner)
        assert found.at.timestamp() == NOON
        assert found.line == answer.text


def test_a_cosignature_is_written_as_the_specification_says(witness: Witness, signer: Signer) -> None:
    note = signed(signer, leaves(5))
    line = witness.add_checkpoint(asked(0, [], note)).text
    dash, name, encoded = line.rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    assert (dash, name, len(raw)) == ("\u2014", "library.example/witness", 4 + 8 + 64)
    assert int.from_bytes(raw[4:12], "big") == NOON
    text = note.partition("\n\n")[0] + "\n"
    assert witness.key.signed(f"cosignature/v1\ntime {NOON}\n{text}".encode(), raw[12:])


def test_an_example_of_the_specification_is_read() -> None:
    """c2sp.org/tlog-cosignature shows a checkpoint with a log's and a witness's line."""
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dl"
        "rDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    checkpoint = server.read_checkpoint(note)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert int.from_bytes(checkpoint.signatures[1][2][:8], "big") == 1679315147


def test_who_does_not_know_the_last_size_is_told_it(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    for old in (0, 3, 9):
        answer = witness.add_checkpoint(growing(signer, leaves(9), old))
        assert (answer.status, answer.text, answer.kind) == (409, "7\n", "text/x.tlog.size")


def test_a_smaller_log_is_refused(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    assert witness.add_checkpoint(growing(signer, leaves(5), 5)).status == 409
    assert witness.add_checkpoint(asked(7, [], signed(signer, leaves(5)))).status == 400
    assert witness.last(ORIGIN).size == 7


def test_another_log_of_the_same_size_is_refused_and_kept_as_evidence(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    forked = signed(signer, leaves(7, "fork"))
    answer = witness.add_checkpoint(asked(7, [], forked))
    assert (answer.status, answer.text) == (409, "This log showed another root over 7 entries before.\n")
    (evidence,) = (witness.folder / "refused").iterdir()
    assert evidence.read_text() == f"{forked}\n{signed(signer, leaves(7))}"


def test_a_fork_that_is_larger_is_refused_with_the_reason(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    answer = witness.add_checkpoint(growing(signer, leaves(9, "fork"), 7))
    assert answer.status == 422
    assert "does not show that this log continues the one of 7 entries" in answer.text
    assert witness.last(ORIGIN).root == root_of(leaves(7))


def test_a_log_that_nobody_told_it_of_is_unknown(witness: Witness) -> None:
    answer = witness.add_checkpoint(growing(new_signer("elsewhere.example/log"), leaves(3), 0))
    assert (answer.status, "elsewhere.example/log" in answer.text) == (404, True)


def test_a_checkpoint_that_somebody_else_signed_is_refused(witness: Witness) -> None:
    assert witness.add_checkpoint(growing(new_signer(ORIGIN), leaves(3), 0)).status == 403


def test_a_signature_that_does_not_hold_is_refused(witness: Witness, signer: Signer) -> None:
    note = signed(signer, leaves(3))
    forged = note.replace("\n3\n", "\n4\n")
    assert witness.add_checkpoint(asked(0, [], forged)).status == 403


def test_signatures_of_unknown_keys_are_ignored(witness: Witness, signer: Signer) -> None:
    note = signed(signer, leaves(3))
    other = new_signer(ORIGIN).line(note.partition("\n\n")[0] + "\n")
    assert witness.add_checkpoint(asked(0, [], note + other)).status == 200


def test_a_log_may_change_its_key_once_the_witness_was_told(witness: Witness, signer: Signer) -> None:
    new = new_signer(ORIGIN)
    witness.add_checkpoint(growing(signer, leaves(3), 0))
    assert witness.add_checkpoint(growing(new, leaves(5), 3)).status == 403
    witness.trust(str(new.vkey))
    assert witness.add_checkpoint(growing(new, leaves(5), 3)).status == 200


def test_an_empty_log_has_one_root_only(witness: Witness, signer: Signer) -> None:
    assert witness.add_checkpoint(asked(0, [], signer.checkpoint(0, bytes(32)))).status == 422
    assert witness.add_checkpoint(asked(0, [], signer.checkpoint(0, server.NOTHING))).status == 200


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"\xff\xfe",
        lambda request: request.replace(b"old 0", b"old 00"),
        lambda request: request.replace(b"old 0", b"old -1"),
        lambda request: request.replace(b"old 0", b"older 0"),
        lambda request: request.replace(b"old 0\n", b"old 0\nnot base64!\n"),
        lambda request: request.replace(b"old 0\n", b"old 0\nAAAA\n"),
        lambda request: request.replace(b"old 0\n", b"old 0\n" + 64 * (b"A" * 43 + b"=\n")),
        lambda request: request.replace("\u2014".encode(), b"-"),
        lambda request: request.replace(b"\n3\n", b"\n03\n"),
        lambda request: request[:-1],
        lambda request: request.replace(b"\n3\n", b"\n3\n\x07\n"),
    ],
)
def test_a_malformed_request_is_refused_as_such(
    witness: Witness, signer: Signer, spoil: Callable[[bytes], bytes]
) -> None:
    answer = witness.add_checkpoint(spoil(growing(signer, leaves(3), 0)))
    assert answer.status == 400
    assert witness.last(ORIGIN) is None


# ---------------------------------------------------------------- proofs


@given(st.integers(0, 80), st.integers(0, 80), st.data())
@settings(max_examples=150)
def test_a_proof_holds_exactly_where_another_implementation_says_so(old: int, new: int, data: st.DataObject) -> None:
    old, new = sorted((old, new))
    first, second = leaves(old), leaves(new)
    roots = root_of(first) if old else server.NOTHING, root_of(second) if new else server.NOTHING
    proof = proof_of(second, old)
    assert continues(old, roots[0], new, roots[1], proof)
    spoilt = data.draw(
        st.sampled_from([proof[:-1], [*proof, bytes(32)], [bytes(32), *proof[1:]], proof[::-1]]), label="spoilt proof"
    )
    assert continues(old, roots[0], new, roots[1], spoilt) == consistency_holds(old, roots[0], new, roots[1], spoilt)


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_two_forks_send_all_that_is_cosigned_is_one_log(
    tmp_path_factory: pytest.TempPathFactory, tries: list[tuple[int, bool]]
) -> None:
    signer = new_signer(ORIGIN)
    witness = Witness.make(tmp_path_factory.mktemp("w") / "w", "library.example/w")
    witness.trust(str(signer.vkey))
    cosigned_roots: list[tuple[int, bytes, bool]] = []
    for size, fork in tries:
        hashes = [*leaves(5)[: min(size, 5)], *leaves(size, "fork" if fork else "")[5:]]
        last = witness.last(ORIGIN)
        answer = witness.add_checkpoint(growing(signer, hashes, last.size if last else 0))
        if answer.status == 200:
            cosigned_roots.append((size, root_of(hashes), fork))
    assert [size for size, _, _ in cosigned_roots] == sorted(size for size, _, _ in cosigned_roots)
    assert len({fork for size, _, fork in cosigned_roots if size > 5}) <= 1


# ---------------------------------------------------------------- its folder


def test_it_remembers_after_a_restart(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    again = Witness(witness.folder)
    assert again.add_checkpoint(growing(signer, leaves(9, "fork"), 7)).status == 422
    assert str(again.key) == str(witness.key)


def test_its_key_is_readable_by_its_owner_alone(witness: Witness) -> None:
    assert (witness.folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_second_witness_is_not_made_in_one_folder(witness: Witness) -> None:
    with pytest.raises(Malformed, match="already"):
        Witness.make(witness.folder, "other.example/w")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_witness_has_a_name_that_notes_can_carry(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed, match="name"):
        Witness.make(tmp_path / "w", name)


def test_a_witness_that_lost_its_memory_does_not_start(witness: Witness) -> None:
    (witness.folder / "seen").rmdir()
    with pytest.raises(Malformed, match="memory"):
        Witness(witness.folder)


def test_a_damaged_memory_cosigns_nothing(witness: Witness, signer: Signer) -> None:
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    (seen,) = (witness.folder / "seen").iterdir()
    seen.write_text(seen.read_text()[:20])
    with serving(witness) as url:
        assert post(url, growing(signer, leaves(9), 7))[0] == 500


@pytest.mark.parametrize("vkey", ["", "a+b+c", "nonsense"])
def test_a_key_that_was_miscopied_is_not_trusted(witness: Witness, vkey: str) -> None:
    with pytest.raises(Malformed):
        witness.trust(vkey)


def test_a_list_of_logs_that_was_miscopied_stops_the_start(witness: Witness) -> None:
    (witness.folder / "logs").write_text("# the city\n\ncity.example/log+00000000+AAAA\n")
    with pytest.raises(Malformed, match="logs has a line that is no verifier key"):
        server.serve(witness.folder, "127.0.0.1", 0)


def test_a_witness_does_not_cosign_for_a_witness(witness: Witness) -> None:
    with pytest.raises(Malformed, match="not of a log"):
        witness.trust(str(witness.key))


def test_evidence_does_not_fill_the_disk(witness: Witness, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "EVIDENCE", 2)
    witness.add_checkpoint(growing(signer, leaves(7), 0))
    for number in range(5):
        witness.add_checkpoint(asked(7, [], signed(signer, leaves(7, f"fork {number}"))))
    assert len(list((witness.folder / "refused").iterdir())) == 2


# ---------------------------------------------------------------- over HTTP


def post(url: str, body: bytes, **headers: str) -> tuple[int, str]:
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
    try:
        connection.request("POST", "/add-checkpoint", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_answers_over_http_and_keeps_the_connection(witness: Witness, signer: Signer) -> None:
    with serving(witness) as url:
        at = urlsplit(url)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
        for old, new in ((0, 3), (3, 5)):
            connection.request("POST", "/add-checkpoint", growing(signer, leaves(new), old))
            answer = connection.getresponse()
            assert (answer.status, answer.read().decode()[:1]) == (200, "\u2014")
        connection.request("GET", "/")
        told = connection.getresponse().read().decode()
        connection.close()
    assert str(witness.key) in told
    assert f"{ORIGIN}: 5 entries" in told


def test_a_request_that_is_too_large_is_not_read(witness: Witness) -> None:
    with serving(witness) as url:
        at = urlsplit(url)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
        connection.putrequest("POST", "/add-checkpoint")
        connection.putheader("Content-Length", str(server.LARGEST + 1))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


def test_connections_that_say_nothing_do_not_fill_the_machine(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "AT_ONCE", 2)
    with serving(witness) as url, contextlib.ExitStack() as stack:
        at = urlsplit(url)
        for _ in range(2):
            stack.enter_context(socket.create_connection((at.hostname, at.port), timeout=5))
        third = stack.enter_context(socket.create_connection((at.hostname, at.port), timeout=5))
        assert third.recv(1) == b""  # closed at once
    assert server.SECONDS <= 10  # and the other two are not kept for long


def test_another_address_is_not_found(witness: Witness) -> None:
    with serving(witness) as url:
        at = urlsplit(url)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=10)
        connection.request("POST", "/elsewhere", b"old 0\n")
        assert connection.getresponse().status == 404
        connection.close()


def test_of_two_forks_sent_at_once_one_is_cosigned(witness: Witness, signer: Signer) -> None:
    """Many times over, since it is a race: from one size on, eight at once try to become the next."""
    with serving(witness) as url:
        size = 0
        hashes: list[bytes] = []
        for turn in range(5):
            forks = [[*hashes, *leaves(size + 3, f"{turn} {one}")[size:]] for one in range(8)]
            statuses: list[int] = []
            senders = [
                threading.Thread(
                    target=lambda request: statuses.append(post(url, request)[0]),  # noqa: B023  # joined below
                    args=(growing(signer, fork, size),),
                )
                for fork in forks
            ]
            for one in senders:
                one.start()
            for one in senders:
                one.join()
            assert sorted(statuses) == [200] + [409] * 7
            hashes = next(fork for fork in forks if root_of(fork) == witness.last(ORIGIN).root)
            size = len(hashes)


# ---------------------------------------------------------------- alone, and killed


def test_it_needs_the_standard_library_and_cryptography_alone() -> None:
    imported = set()
    for node in ast.walk(ast.parse(FILE.read_text())):
        if isinstance(node, ast.Import):
            imported |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def run_alone(*words: str) -> subprocess.CompletedProcess[str]:
    """The file by itself, far from Folkmoot."""
    return subprocess.run(
        [sys.executable, "-P", FILE, *words],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=30,
        env={"PATH": "/usr/bin"},
    )


def test_a_stranger_can_run_the_file_alone(tmp_path: Path, signer: Signer) -> None:
    folder = str(tmp_path / "w")
    made = run_alone("init", "--folder", folder, "--name", "library.example/w")
    assert made.returncode == 0, made.stderr
    assert parse_cosigner(made.stdout).name == "library.example/w"
    assert run_alone("trust", "--folder", folder, str(signer.vkey)).stdout == f"Cosigning for {ORIGIN}.\n"
    assert "nothing cosigned yet" in run_alone("show", "--folder", folder).stdout
    refused = run_alone("init", "--folder", folder, "--name", "library.example/w")
    assert (refused.returncode, "already" in refused.stderr) == (1, True)


def test_killed_at_any_instant_it_never_cosigns_two_logs(tmp_path: Path, signer: Signer) -> None:
    """Each life of the witness is offered both forks at once, and is killed while it thinks."""
    folder = tmp_path / "w"
    Witness.make(folder, "library.example/w").trust(str(signer.vkey))
    sizes = {"": 0, "fork": 0}
    cosigned_sizes: dict[str, list[int]] = {"": [], "fork": []}
    for life in range(6):
        with subprocess.Popen(
            [sys.executable, FILE, "serve", "--folder", str(folder), "--port", str(port := free_port())],
            stderr=subprocess.DEVNULL,
        ) as process:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            offers = [
                threading.Thread(target=offer, args=(url, signer, folder, seed, cosigned_sizes)) for seed in sizes
            ]
            for one in offers:
                one.start()
            time.sleep(0.02 + 0.03 * life)
            os.kill(process.pid, signal.SIGKILL)
            for one in offers:
                one.join()
    assert sum(map(bool, cosigned_sizes.values())) == 1, cosigned_sizes
    (mine,) = (found for found in cosigned_sizes.values() if found)
    assert Witness(folder).last(ORIGIN).size >= max(mine)


def offer(url: str, signer: Signer, folder: Path, seed: str, found: dict[str, list[int]]) -> None:
    """Let one fork grow by what the witness says that it saw last, until nobody answers."""
    size = 1
    try:
        while True:
            last = Witness(folder).last(ORIGIN)
            size = (last.size if last else 0) + 1
            if post(url, growing(signer, leaves(size, seed), size - 1))[0] == 200:
                found[seed].append(size)
    except (OSError, http.client.HTTPException):
        return


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    for _ in range(500):
        try:
            post(url, b"")
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the witness does not answer")


# ---------------------------------------------------------------- read by the city


def test_a_cosignature_of_somebody_else_is_not_taken(witness: Witness, signer: Signer, tmp_path: Path) -> None:
    other = parse_cosigner(str(Witness.make(tmp_path / "other", "library.example/witness").key))
    note = signed(signer, leaves(3))
    line = witness.add_checkpoint(asked(0, [], note)).text
    with pytest.raises(NoteError, match="did not sign"):
        cosigned(note, line, other)


@pytest.mark.parametrize("bit", range(8))
def test_no_flipped_bit_of_a_cosignature_goes_unseen(witness: Witness, signer: Signer, bit: int) -> None:
    note = signed(signer, leaves(3))
    line = witness.add_checkpoint(asked(0, [], note)).text.encode()
    for at in range(len(line)):
        changed = line[:at] + bytes([line[at] ^ 1 << bit]) + line[at + 1 :]
        with pytest.raises((NoteError, UnicodeDecodeError)):
            cosigned(note, changed.decode(), parse_cosigner(str(witness.key)))


def test_the_key_of_a_log_is_not_that_of_a_witness(signer: Signer) -> None:
    with pytest.raises(NoteError, match="a log's own key"):
        parse_cosigner(str(signer.vkey))

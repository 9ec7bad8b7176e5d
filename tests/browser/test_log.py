"""The public log in a browser: an entry is checked there, and whatever a server makes up is found out."""

from __future__ import annotations

import base64
import json
import random
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.audit import merkle
from app.audit.home import Home, size_of
from app.audit.notes import Signer, new_signer, proof_text
from tests.browser.city import DESKTOP, NARROWEST, PHONE, City
from tests.browser.conftest import Windows
from tests.browser.keys import Keys
from tests.browser.steps import follow, heading, press, told

ENTRY = "/log/entry/17"
Window = Callable[..., Page]


@pytest.fixture
def signer(city: City) -> Signer:
    """The city's own key, as a thief or a dishonest city has it."""
    return Home.of(city.app.config["FOLKMOOT"]).signer(may_make=False)


def served(city: City, path: str) -> str:
    return city.client().get(path).get_data(as_text=True)


def instead(page: Page, address: str, body: str, kind: str = "text/plain; charset=utf-8") -> None:
    """From now on the server gives this at that address."""

    def answer(route: Route) -> None:
        route.fulfill(status=200, body=body, content_type=kind)

    page.route(re.compile(re.escape(address) + "$"), answer)


def forged(signer: Signer, body: bytes, index: int, size: int) -> str:
    """A proof of a made-up entry in a made-up log of this size."""
    leaves = [merkle.leaf_hash(body if at == index else bytes([at % 256])) for at in range(size)]
    tiles = merkle.append(0, {}, leaves)

    def read(level: int, n: int) -> bytes:
        return tiles.get((level, n), b"")

    note = signer.checkpoint(size, merkle.root(read, size))
    return proof_text(index, merkle.inclusion(read, index, size), note)


def outcome(page: Page) -> Any:
    return page.get_by_role("main").get_by_role("status").last


# ---------------------------------------------------------------- what is as it should be


def test_an_entry_is_checked_against_the_key_that_somebody_kept(
    city: City, browser_page: Window, assert_no_axe_violations: Callable[[Page], None]
) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    page.get_by_label("The city’s key, as you have it").fill(served(city, "/log/key"))
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Everything fits.")
    expect(outcome(page)).to_contain_text("signed with the key that you gave")
    expect(outcome(page)).to_contain_text(sha256(b"\0" + served(city, f"{ENTRY}.json").encode()).hexdigest())
    assert_no_axe_violations(page)


def test_a_key_of_the_server_itself_is_said_to_be_one(city: City, browser_page: Window) -> None:
    page = browser_page(PHONE)
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("signed with the key that this server names")
    expect(outcome(page)).to_contain_text("Compare it with the key that the city prints elsewhere.")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_the_log_still_begins_with_what_somebody_kept(city: City, browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    for size in (1, 255, 256, 300, size_of(served(city, "/log/checkpoint"))):
        page.goto(ENTRY)
        page.get_by_label("A checkpoint that you kept").fill(_note_over(city, size))
        press(page, "Check it here")
        expect(outcome(page)).to_contain_text("Everything fits.")
        expect(outcome(page)).to_contain_text(f"still begins with the {size:,} entries")


def _note_over(city: City, size: int) -> str:
    """The city's checkpoint over its first entries."""
    from app.audit import queries
    from app.database import db

    root = merkle.root(queries._reader(db.session()), size)
    return Home.of(city.app.config["FOLKMOOT"]).signer(may_make=False).checkpoint(size, root)


def test_an_entry_is_checked_with_the_keyboard_alone(city: City, browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    keys = Keys(page)
    keys.skip_to_content()
    keys.fill_in("The city’s key, as you have it (optional)", served(city, "/log/key").strip())
    keys.tab_to("Check it here")
    page.keyboard.press("Enter")
    expect(outcome(page)).to_contain_text("Everything fits.")


def test_without_scripts_there_is_the_proof_and_the_way_to_check_it(browser_page: Window) -> None:
    page = browser_page(PHONE, javascript=False)
    page.goto(ENTRY)
    expect(page.get_by_role("button", name="Check it here")).to_have_count(0)
    with page.expect_download() as download:
        follow(page, "Download the proof")
    assert download.value.path().read_text().startswith("c2sp.org/tlog-proof@v1\nindex 17\n")
    page.goto(ENTRY)
    follow(page, "How to check the whole log, in three commands")
    heading(page, "Check it yourself")


def test_the_commands_on_the_page_work_as_they_stand_there(city: City, browser_page: Window, tmp_path: Path) -> None:
    page = browser_page(DESKTOP)
    page.goto("/log/check")
    get, run, keep, *compare = page.locator("pre.command").all_inner_texts()
    for command in (get, keep):
        address = re.search(r"http\S+", command)[0]
        name = re.search(r"-o (\S+)", command)
        file = tmp_path / (name[1] if name else address.rsplit("/", 1)[1])
        file.write_text(served(city, address.removeprefix(city.address)))
    for command in (run, *compare, compare[-1]):
        program, *arguments = shlex.split(command)
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True)
        assert program == "python3"
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Everything fits" in done.stdout


# ---------------------------------------------------------------- what is made up


def test_an_entry_with_other_bytes_does_not_fit(city: City, browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    instead(page, f"{ENTRY}.json", served(city, f"{ENTRY}.json").replace("resident", "operator"))
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")
    expect(outcome(page)).to_contain_text("another hash than the one on this page")
    expect(outcome(page)).to_contain_text("does not lead from this entry")


def test_a_page_that_lies_too_does_not_help_a_server(city: City, browser_page: Window) -> None:
    """Page and bytes agree on a made-up entry; the signed root knows nothing of it."""
    page = browser_page(DESKTOP)
    body = served(city, f"{ENTRY}.json")
    lie = body.replace("resident", "operator")
    leaves = [merkle.leaf_hash(one.encode()).hex() for one in (body, lie)]
    instead(page, f"{ENTRY}.json", lie)
    instead(page, ENTRY, served(city, ENTRY).replace(*leaves), "text/html; charset=utf-8")
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")
    expect(outcome(page)).not_to_contain_text("another hash")
    expect(outcome(page)).to_contain_text("does not lead from this entry")


@pytest.mark.parametrize("which", ["first hash", "last hash", "index", "size", "root"])
def test_a_changed_proof_does_not_fit(city: City, browser_page: Window, which: str) -> None:
    page = browser_page(DESKTOP)
    lines = served(city, f"{ENTRY}.tlog-proof").split("\n")
    gap = lines.index("")
    other = base64.b64encode(bytes(32)).decode()
    at = {"first hash": 2, "last hash": gap - 1, "index": 1, "size": gap + 2, "root": gap + 3}[which]
    lines[at] = {"index": "index 16", "size": str(int(lines[gap + 2]) * 2)}.get(which, other)
    instead(page, f"{ENTRY}.tlog-proof", "\n".join(lines))
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")


def test_a_log_signed_with_another_key_is_not_the_citys(city: City, browser_page: Window, signer: Signer) -> None:
    page = browser_page(DESKTOP)
    body = served(city, f"{ENTRY}.json")
    instead(page, f"{ENTRY}.tlog-proof", forged(new_signer(signer.name), body.encode(), 17, 40))
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")
    expect(outcome(page)).to_contain_text("not signed with the key")


def test_a_signature_taken_from_elsewhere_does_not_fit(city: City, browser_page: Window, signer: Signer) -> None:
    page = browser_page(DESKTOP)
    body = served(city, f"{ENTRY}.json")
    proof, note = forged(signer, body.encode(), 17, 40), signer.checkpoint(1, bytes(32))
    instead(page, f"{ENTRY}.tlog-proof", proof.rsplit("\n\n", 1)[0] + "\n\n" + note.rsplit("\n\n", 1)[1])
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("The signature does not fit")


def test_a_rewritten_log_is_shown_by_a_kept_checkpoint_alone(city: City, browser_page: Window, signer: Signer) -> None:
    """The city itself signs another past: everything fits, but what somebody kept."""
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    page.get_by_label("A checkpoint that you kept").fill(signer.checkpoint(300, sha256(b"the true past").digest()))
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")
    expect(outcome(page)).to_contain_text("does not begin with the 300 entries")
    page.get_by_label("A checkpoint that you kept").fill(signer.checkpoint(10**6, bytes(32)))
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Your checkpoint has more entries than this log")
    text, signature = signer.checkpoint(300, bytes(32)).split("\n\n")
    page.get_by_label("A checkpoint that you kept").fill(text.replace("300", "299") + "\n\n" + signature)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("Something does not fit.")
    expect(outcome(page)).to_contain_text("is not signed with this key")


def test_a_checkpoint_from_before_the_key_was_changed_is_no_alarm(
    city: City, browser_page: Window, signer: Signer
) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    page.get_by_label("A checkpoint that you kept").fill(new_signer(signer.name).checkpoint(300, bytes(32)))
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("It fits as far as it could be checked here.")
    expect(outcome(page)).to_contain_text("is signed with another key")


# ---------------------------------------------------------------- what cannot be checked


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("The city’s key, as you have it", "the key on the letter", "is not a key"),
        ("The city’s key, as you have it", "city.example/log+00000000+AQ==", "is not a key"),
        ("A checkpoint that you kept", "city.example/log\n12", "Was it copied whole?"),
    ],
)
def test_what_was_pasted_wrongly_is_said_to_be_so(browser_page: Window, field: str, typed: str, words: str) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    page.get_by_label(field).fill(typed)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("This could not be checked.")
    expect(outcome(page)).to_contain_text(words)
    expect(page.get_by_label(field)).to_have_value(typed)


def test_a_browser_without_ed25519_says_that_nobody_checked_the_signature(browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.add_init_script("crypto.subtle.importKey = async () => { throw new DOMException('', 'NotSupportedError'); };")
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("It fits as far as it could be checked here.")
    expect(outcome(page)).to_contain_text("Nobody has checked the signature")
    expect(outcome(page)).not_to_contain_text("Everything fits")


def test_a_page_without_https_says_that_it_checks_nothing(browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined });")
    page.goto(ENTRY)
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("This could not be checked.")
    expect(outcome(page)).to_contain_text("without https")


def test_an_answer_that_is_none_is_no_proof(browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    instead(page, f"{ENTRY}.tlog-proof", "gibberish")
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("What the server sent cannot be read.")
    expect(outcome(page)).to_contain_text("Something does not fit.")


def test_a_server_that_is_away_is_not_called_a_liar(browser_page: Windows) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    page.route(re.compile(r"\.tlog-proof$"), lambda route: route.abort())
    press(page, "Check it here")
    expect(outcome(page)).to_contain_text("The server could not be reached.")
    expect(outcome(page)).to_contain_text("This could not be checked.")
    browser_page.complaints.clear()  # the browser complains of the request that failed, as it was made to


# ---------------------------------------------------------------- the arithmetic, against what Python computes

VECTORS = """async ([module, cases]) => {
  const log = await import(module);
  const bytes = (base64) => log.bytesOf(base64);
  const same = (hash, base64) => hash !== null && log.same(hash, bytes(base64));
  const wrong = [];
  for (const one of cases.inclusion) {
    const root = await log.rootFrom(bytes(one.leaf), one.index, one.size, one.path.map(bytes));
    if (same(root, one.root) !== one.holds) wrong.push(one);
  }
  for (const one of cases.consistency) {
    const read = async (level, n) => bytes(cases.tiles[`${level}/${n}`]);
    const proof = await log.consistencyProof(read, one.older.size, one.newer.size);
    const written = proof.map((hash) => btoa(String.fromCharCode(...hash)));
    if (JSON.stringify(written) !== JSON.stringify(one.proof)) wrong.push(one);
    const [older, newer] = [one.older, one.newer].map(({ size, root }) => ({ size, root: bytes(root) }));
    if (!(await log.beginsWith(older, newer, proof))) wrong.push(one);
    if (one.proof.length && (await log.beginsWith({ ...older, root: newer.root }, newer, proof))) wrong.push(one);
    if (one.proof.length && (await log.beginsWith(older, newer, proof.slice(1)))) wrong.push(one);
  }
  for (const [level, n, size, path] of cases.paths) {
    if (log.tilePath(level, n, size).path !== path) wrong.push([level, n, size, path]);
  }
  return wrong;
}"""


def test_the_browser_computes_what_python_computes(city: City, browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.goto(ENTRY)
    module = page.evaluate("document.querySelector('script[type=module]').src").replace("main.js", "tlog.js")
    assert page.evaluate(VECTORS, [module, _vectors()]) == []


def _vectors() -> dict[str, Any]:
    from app.audit import tiles

    chance, most = random.Random(6962), 70_000
    stored = merkle.append(0, {}, [merkle.leaf_hash(bytes(str(at), "ascii")) for at in range(most)])

    def read(level: int, n: int) -> bytes:
        return stored.get((level, n), b"")

    sizes = [*range(1, 10), 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, most]
    inclusion = []
    for size in sizes:
        for index in {0, size - 1, size // 2, chance.randrange(size)}:
            path = merkle.inclusion(read, index, size)
            case = {"leaf": _b64(merkle.leaf_hash(bytes(str(index), "ascii"))), "index": index, "size": size}
            case |= {"path": [_b64(one) for one in path], "root": _b64(merkle.root(read, size)), "holds": True}
            inclusion += [case, {**case, "leaf": _b64(bytes(32)), "holds": False}]
            inclusion += [{**case, "path": [*case["path"], case["root"]], "holds": False}]
    consistency = [
        {
            "older": {"size": older, "root": _b64(merkle.root(read, older))},
            "newer": {"size": newer, "root": _b64(merkle.root(read, newer))},
            "proof": [_b64(one) for one in merkle.consistency(read, older, newer)],
        }
        for newer in sizes
        for older in {1, newer, newer // 2 or 1, chance.randrange(newer) or 1, *(one for one in sizes if one < newer)}
    ]
    paths = [(0, 273, 70_000), (1, 0, 70_000), (0, 1_234_067, 2**31), (2, 1, 2**40 + 1), (1, 15, 256 * 4000)]
    named = [(*one, str(tiles.Ref(one[0], one[1], tiles.width_at(*one)))) for one in paths]
    kept = {f"{level}/{n}": _b64(hashes) for (level, n), hashes in stored.items()}
    return json.loads(json.dumps({"inclusion": inclusion, "consistency": consistency, "paths": named, "tiles": kept}))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# ---------------------------------------------------------------- the page of the log


def test_the_log_is_filtered_on_a_phone(
    browser_page: Window, assert_no_axe_violations: Callable[[Page], None], assert_fits: Callable[[Page], None]
) -> None:
    page = browser_page(PHONE)
    page.goto("/log")
    page.get_by_role("button", name="Search and filter").click()
    page.get_by_label("What was done").select_option("Proposal submitted")
    page.get_by_text("By whom, in which office, about what").click()
    page.get_by_label("About what").fill("proposals/1")
    press(page, "Find")
    told(page, "1 entry fits.")
    expect(page.get_by_label("About what")).to_have_value("proposals/1")
    assert_no_axe_violations(page)
    assert_fits(page)


@pytest.mark.parametrize(
    "address", ["/log?since=bad&by=nobody", "/log?act=bench.placed", "/log/check", "/log?role=clerk"]
)
def test_every_state_of_the_log_can_be_read_by_everybody(
    address: str,
    browser_page: Window,
    assert_no_axe_violations: Callable[[Page], None],
    assert_fits: Callable[[Page], None],
) -> None:
    for width in (NARROWEST, DESKTOP):
        page = browser_page(width)
        page.goto(address)
        assert_no_axe_violations(page)
        assert_fits(page)


def test_a_mistake_in_the_filters_gets_the_focus_and_leads_to_its_field(browser_page: Window) -> None:
    page = browser_page(DESKTOP)
    page.goto("/log?since=bad")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("From the day")).to_be_focused()
    expect(page.get_by_label("From the day")).to_have_value("bad")

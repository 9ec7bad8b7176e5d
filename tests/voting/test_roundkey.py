"""The key of a round: handles that find again, envelopes that stay shut, orders that last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.voting.roundkey import CAST_ID_BYTES, Envelope, RoundKey, WrongKeyError, new_secret

KEY = RoundKey(17, b"k" * 32)
CAST = b"c" * CAST_ID_BYTES
ADA, BO = 1, 2


def test_a_handle_finds_the_same_person_again_and_nobody_else() -> None:
    assert KEY.handle(ADA) == RoundKey(17, b"k" * 32).handle(ADA)
    assert len({KEY.handle(ADA), KEY.handle(BO), RoundKey(18, b"k" * 32).handle(ADA)}) == 3


@given(st.binary(max_size=200), st.integers(0, 5))
def test_an_envelope_opens_as_it_was_closed(choices: bytes, replaced: int) -> None:
    envelope = Envelope.new(choices, CAST)
    for _ in range(replaced):
        envelope = envelope.replaced_by(17, choices, CAST)
    blob = KEY.lock(KEY.handle(ADA), envelope, 200)

    assert envelope.version == replaced + 1
    assert KEY.unlock(KEY.handle(ADA), envelope.version, blob) == envelope


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_the_length_of_an_envelope_says_nothing_about_its_choices(one: bytes, other: bytes) -> None:
    lengths = {len(KEY.lock(b"h" * 32, Envelope.new(choices, CAST), 100)) for choices in (one, other)}
    assert len(lengths) == 1


def test_an_envelope_opens_for_its_own_row_version_and_key_only() -> None:
    blob = KEY.lock(KEY.handle(ADA), Envelope.new(b"{}", CAST), 10)
    for key, handle, version in [
        (KEY, KEY.handle(BO), 1),
        (KEY, KEY.handle(ADA), 2),
        (RoundKey(18, b"k" * 32), KEY.handle(ADA), 1),
        (RoundKey(17, b"l" * 32), KEY.handle(ADA), 1),
    ]:
        with pytest.raises(WrongKeyError):
            key.unlock(handle, version, blob)


@given(st.data())
def test_an_envelope_with_any_bit_flipped_does_not_open(data: st.DataObject) -> None:
    blob = bytearray(KEY.lock(KEY.handle(ADA), Envelope.new(b"{}", CAST), 10))
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WrongKeyError):
        KEY.unlock(KEY.handle(ADA), 1, bytes(blob))


def test_the_same_ballot_never_looks_the_same_twice() -> None:
    envelope = Envelope.new(b"{}", CAST)
    assert KEY.lock(b"h" * 32, envelope, 10) != KEY.lock(b"h" * 32, envelope, 10)
    assert Envelope.new(b"{}", CAST).commit(17) != Envelope.new(b"{}", CAST).commit(17)


def test_a_replacement_remembers_what_a_late_retry_needs() -> None:
    first = Envelope.new(b"{1}", b"1" * 16)
    third = first.replaced_by(17, b"{2}", b"2" * 16).replaced_by(17, b"{3}", b"3" * 16)

    assert [one.cast_id for one in third.earlier] == [b"1" * 16, b"2" * 16]
    assert third.earlier[0].commit == first.commit(17)
    assert third.earlier[0].tracker == first.tracker


def test_leaves_of_a_batch_open_with_its_number_only() -> None:
    commits = [b"a" * 32, b"b" * 32]
    blob = KEY.lock_leaves(3, commits)
    assert KEY.unlock_leaves(3, blob) == commits
    with pytest.raises(WrongKeyError):
        KEY.unlock_leaves(4, blob)


@given(st.lists(st.integers(1, 10**6), unique=True), st.integers(1, 10**6))
def test_the_order_of_options_lasts_and_loses_none(options: list[int], person: int) -> None:
    assert sorted(KEY.order(person, options)) == sorted(options)
    assert KEY.order(person, options) == KEY.order(person, options[::-1])


def test_orders_differ_between_people_and_favour_nobody() -> None:
    first = [KEY.order(person, (1, 2, 3, 4))[0] for person in range(1, 2001)]
    assert all(400 < first.count(option) < 600 for option in (1, 2, 3, 4))


def test_two_copies_of_a_key_are_compared_by_their_check_value() -> None:
    secret = new_secret()
    assert RoundKey(1, secret).check_value == RoundKey(1, secret).check_value
    assert RoundKey(1, secret).check_value != RoundKey(1, new_secret()).check_value
    assert secret.hex()[:16] != RoundKey(1, secret).check_value


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(WrongKeyError):
        RoundKey(1, b"short")

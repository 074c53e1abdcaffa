import unicodedata

import pytest
from samples.api_schemas import faults, operations

from states.parsing import word_fault

# Not those that no character is assigned to: another version of Unicode has others.
ASSIGNED = [
    character
    for character in map(chr, range(0x10000))
    if unicodedata.category(character) not in ("Cn", "Cs")
]


def test_the_schema_and_the_parser_take_the_same_characters():
    taken = {one for one in ASSIGNED if word_fault(f"a{one}b") is None}
    assert {one for one in ASSIGNED if not faults("Word", f"a{one}b")} == taken
    assert {"#", "\x00", "\xa0", "\xad", "\u200b", "\u202e", "\ufeff"}.isdisjoint(taken)


@pytest.mark.parametrize("word", ["", "w", "w" * 64, "w" * 65, "\U0001f600", "a b", 7, None])
def test_the_schema_and_the_parser_take_the_same_words(word):
    assert (faults("Word", word) == []) is (word_fault(word) is None)


def test_the_statistics_are_described_with_their_header():
    described = operations()["GET /stats"]
    assert set(described["responses"]["200"]["headers"]) == {"X-Next-Token"}

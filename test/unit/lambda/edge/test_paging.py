import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.paging import PageTokens
from kernel.errors import Invalid

tokens = PageTokens("secret")


@given(st.text(), st.text())
def test_a_token_opens_to_its_position(position, query):
    assert tokens.open(tokens.seal(position, query), query) == position


@given(st.data())
def test_a_token_altered_anywhere_is_refused(data):
    token = tokens.seal("1763683200000 abc", "query")
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))
    with pytest.raises(Invalid):
        tokens.open(token[:place] + other + token[place + 1 :], "query")


@pytest.mark.parametrize("token", ["", "x", "====", "é", "AAAA", "A" * 40])
def test_a_token_made_up_is_refused(token):
    with pytest.raises(Invalid):
        tokens.open(token, "query")


def test_a_token_of_another_query_or_another_secret_is_refused():
    token = tokens.seal("position", "query")
    for stranger, query in ((tokens, "other"), (PageTokens("other"), "query")):
        with pytest.raises(Invalid):
            stranger.open(token, query)

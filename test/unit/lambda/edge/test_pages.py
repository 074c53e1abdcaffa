import json
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from edge.pages import MAX_ANSWER_BYTES, page_of
from kernel import exact_json

contents = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)


def pages(found, limit, **how):
    """Every page of what is found, following the positions to the end."""
    position = -1
    while position is not None:
        page = page_of(((n, one) for n, one in found if n > position), limit, **how)
        position = page.resume_after
        yield [exact_json.loads(item) for item in page.items]


@given(
    st.lists(st.one_of(st.none(), contents), max_size=30),
    st.one_of(st.none(), st.integers(1, 9)),
    st.one_of(st.none(), st.integers(1, 9)),
)
def test_pages_hold_every_wanted_item_once_and_in_order(items, limit, most_looked_at):
    found = list(pages(list(enumerate(items)), limit, most_looked_at=most_looked_at))
    assert [one for page in found for one in page] == [one for one in items if one is not None]
    assert all(limit is None or len(page) <= limit for page in found)


@given(st.text(st.sampled_from('"\\a\u00e9\U0001f600'), min_size=1, max_size=3))
def test_a_page_stays_within_what_lambda_may_answer_whatever_it_holds(text):
    item = {"text": text * 20_000}
    page = page_of(((n, item) for n in count()), None)
    body = f"[{','.join(page.items)}]"
    assert MAX_ANSWER_BYTES * 0.8 < len(json.dumps({"body": body})) < 6_000_000


def test_what_is_found_is_taken_no_further_than_the_page_goes():
    found = ((n, {"n": n}) for n in count())
    assert page_of(found, 3).resume_after == 2
    assert next(found) == (4, {"n": 4})


def test_an_item_larger_than_a_page_is_a_page_of_its_own():
    large = {"text": "x" * (MAX_ANSWER_BYTES + 1)}
    found = list(pages(list(enumerate([large, large, {}])), 10))
    assert [len(page) for page in found] == [1, 1, 1]

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.model import Count
from states.page import headers, render
from states.page_figures import MAX_ROWS

DAY, TODAY = "2023-06-16", "2023-06-20"
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    '" onmouseover="alert(1)',
    "' style='color:red",
    "&amp;",
    "{{ 7 * 7 }}",
    "محو فشل",
    "W" * 64,
    "  two  spaces ",
)
VOID = {"meta", "input", "rect"}


class Page(HTMLParser):
    """A parsed page, whose every element must be closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self._open, self._within = [], "", [], []
        self.rows, self.captions, self.title, self.style = [], [], "", ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "title" in self._open:
            self.title += data
        elif "style" in self._open:
            self.style += data
        else:
            self.text += data
            if "td" in self._open or "th" in self._open:
                self.rows[-1][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self):
        return [attributes["href"] for attributes in self.all("a")]


def count(type_, state, number):
    return Count(DAY, type_, state, number)


def page_of(*counts, date=DAY, today=TODAY):
    return Page(render(date, counts, today))


def bars(page):
    return [float(one["width"].removesuffix("%")) for one in page.all("rect")]


def test_a_day_is_added_up_by_type_by_state_and_altogether():
    page = page_of(
        count("laptop", "erased", 1_000_000),
        count("laptop", "erasure failed", 500_000),
        count("phone", "erased", 500_000),
    )
    assert page.rows == [
        ["Type", "Count", "Share"],
        ["laptop", "1,500,000", "75.0%"],
        ["phone", "500,000", "25.0%"],
        ["State", "Count", "Share"],
        ["erased", "1,500,000", "75.0%"],
        ["erasure failed", "500,000", "25.0%"],
        ["Type and state", "Count", "Share"],
        ["laptop", "1,500,000", "75.0%"],
        ["erased", "1,000,000", "66.7%"],
        ["erasure failed", "500,000", "33.3%"],
        ["phone", "500,000", "25.0%"],
        ["erased", "500,000", "100.0%"],
        ["Altogether", "2,000,000", ""],
    ]
    assert bars(page) == [75, 25, 75, 25, 75, 66.67, 33.33, 25, 100]


def test_the_largest_come_first_and_equals_by_name():
    page = page_of(count("a", "s", 1), count("c", "s", 2), count("b", "s", 2), count("b", "r", 0))
    assert [row[0] for row in page.rows[1:4]] == ["b", "c", "a"]
    assert [row[0] for row in page.rows[-8:-1]] == ["b", "s", "r", "c", "s", "a", "s"]


def test_a_share_is_never_rounded_to_nothing_or_to_all():
    page = page_of(count("many", "s", 999_999), count("few", "s", 1))
    assert page.rows[1:3] == [["many", "999,999", ">99.9%"], ["few", "1", "<0.1%"]]
    assert bars(page)[:2] == [100, 0.6]


def test_counts_of_nothing_have_no_bar():
    page = page_of(count("a", "s", 0))
    assert page.rows[-1] == ["Altogether", "0", ""]
    assert bars(page) == []


@given(
    st.lists(
        st.builds(
            Count,
            st.just(DAY),
            st.sampled_from(HOSTILE),
            st.sampled_from(HOSTILE),
            st.integers(0, 10**15),
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda one: (one.type, one.state),
    )
)
def test_whatever_is_counted_the_types_and_the_states_add_up_to_the_day(counts):
    page = page_of(*counts)
    total = sum(one.count for one in counts)
    heads = [n for n, row in enumerate(page.rows) if row[1:] == ["Count", "Share"]]
    numbers = [int(row[1].replace(",", "")) if row[1] != "Count" else 0 for row in page.rows]
    types, states = len({one.type for one in counts}), len({one.state for one in counts})
    by_state = heads[1 + (types > 8)]
    assert sum(numbers[:by_state]) == total
    assert sum(numbers[by_state : heads[-1]]) == total
    assert len(page.rows) - heads[-1] - 2 == types + len(counts)
    assert sum(numbers[heads[-1] : -1]) == 2 * total
    assert numbers[-1] == total
    assert by_state - heads[0] - 1 - (types > 8) == types
    assert heads[-1] - by_state - 1 - (states > 8) == states


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_and_nothing_else(name):
    page, plain = page_of(count(name, name, 3)), page_of(count("plain", "plain", 3))
    assert page.rows[1][0] == page.rows[3][0] == name
    assert page.elements == plain.elements
    assert page.style == plain.style


def test_names_are_kept_apart_from_the_direction_of_the_text_around():
    text = render(DAY, [count("هاتف", "محو", 1)], TODAY)
    assert text.count("<bdi>هاتف</bdi>") == text.count("<bdi>محو</bdi>") == 2


def test_the_policy_allows_the_style_of_the_page_by_its_digest_and_nothing_more():
    digest = base64.b64encode(hashlib.sha256(page_of().style.encode()).digest()).decode()
    assert headers() == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize("counts", [[], [count("laptop", "erased", 1)]])
def test_nothing_in_the_page_needs_more_than_the_policy_allows(counts):
    page = page_of(*counts)
    assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in page.elements}
    assert len(page.all("style")) == 1
    for _, attributes in page.elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_the_page_says_its_day_and_its_language():
    page = page_of()
    assert page.title == "Device states on 16 June 2023"
    assert "Friday 16 June 2023" in page.text
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("time") == [{"datetime": DAY}]


def test_a_past_day_leads_to_the_days_around_it_and_to_today():
    page = page_of(count("a", "s", 1))
    assert page.links() == ["?date=2023-06-15", "?date=2023-06-20", "?date=2023-06-17"]
    (form,) = page.all("form")
    assert form == {"method": "get"}
    (field,) = page.all("input")
    assert (field["name"], field["type"], field["value"]) == ("date", "date", DAY)
    assert {"for": field["id"]}.items() <= page.all("label")[0].items()


def test_no_day_follows_today():
    page = page_of(count("a", "s", 1), date=TODAY)
    assert page.links() == ["?date=2023-06-19"]
    assert {"class": "here", "aria-current": "date"} in page.all("span")


@pytest.mark.parametrize(
    ("date", "links"),
    [
        ("0001-01-01", ["?date=2023-06-20", "?date=0001-01-02", "?date=2023-06-20"]),
        ("9999-12-31", ["?date=9999-12-30", "?date=2023-06-20", "?date=2023-06-20"]),
        ("2020-02-29", ["?date=2020-02-28", "?date=2023-06-20", "?date=2020-03-01"]),
    ],
)
def test_the_calendar_has_ends_and_leap_days(date, links):
    assert page_of(date=date).links()[:3] == links


@pytest.mark.parametrize(
    ("date", "heading", "link"),
    [
        (DAY, "Nothing was counted on this day", TODAY),
        (TODAY, "Nothing was counted on this day", "2023-06-19"),
        ("2023-06-21", "This day has not begun", TODAY),
    ],
)
def test_an_empty_day_says_what_to_do(date, heading, link):
    page = page_of(date=date)
    assert heading in page.text
    assert page.rows == []
    assert page.links()[-1] == f"?date={link}"
    assert (f'"timestamp": "{date}T12:00:00Z"' in page.text) == (date <= TODAY)


def test_one_of_a_kind_is_named_in_the_singular():
    assert re.search(r"device state\s*1\s*type\s*1\s*state\s*1", page_of(count("a", "s", 1)).text)
    assert re.search(r"device states\s*2\s*type\s*1", page_of(count("a", "s", 2)).text)


@pytest.mark.parametrize(("types", "folded"), [(8, None), (9, "1 more type"), (10, "2 more types")])
def test_a_long_list_is_folded_after_its_largest(types, folded):
    page = page_of(*(count(f"type {n:02}", "s", 100 - n) for n in range(types)))
    assert len(page.all("details")) == (folded is not None)
    assert folded is None or f"{folded}\n" in page.text


def test_a_page_too_long_for_lambda_is_cut_and_says_where_the_rest_is():
    counts = [count("<" * 60 + f"{n:04}", f"{n % 7}" + '"' * 63, 1) for n in range(3 * MAX_ROWS)]
    text = render(DAY, counts, TODAY)
    page = Page(text)
    assert len(text.encode()) < 3_000_000
    whole_day = (
        "pipeline stats show 2023-06-16 and, page by page, GET /stats?date=2023-06-16 have the "
        "whole day."
    )
    assert f"2,000 more rows are not listed here; {whole_day}" in page.text
    assert f"Only the 1,000 largest of 3,000 are listed; {whole_day}" in page.text
    assert page.rows[-1] == ["Altogether", "3,000", ""]


def test_a_day_of_as_many_rows_as_fit_is_whole():
    counts = [count(f"{n % 40}", f"{n // 40}", 1) for n in range(MAX_ROWS)]
    page = page_of(*counts)
    assert "not listed" not in page.text
    types = len({one.type for one in counts})
    assert len(page.rows) >= MAX_ROWS + types


def test_a_template_renders_the_same_page_twice():
    counts = [count("laptop", "erased", 1)]
    assert render(DAY, counts, TODAY) == render(DAY, counts[::-1], TODAY)

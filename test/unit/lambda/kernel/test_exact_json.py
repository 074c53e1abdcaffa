from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import exact_json
from kernel.errors import Malformed

numbers = st.builds(
    lambda digits, exponent: exact_json.canonical(Decimal(digits).scaleb(exponent)),
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.integers(-90, 80),
)


@given(numbers)
def test_a_number_comes_back_with_every_digit(number):
    assert exact_json.canonical(exact_json.loads(exact_json.dumps(number))) == number


@given(st.recursive(st.booleans() | st.none() | st.integers() | st.text(), st.lists))
def test_what_is_written_is_read_back(value):
    assert exact_json.loads(exact_json.dumps(value)) == value


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("27.0", "27"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1E2", "100"),
        ("0.10", "0.1"),
        ("1e-7", "0.0000001"),
        ("1e-30", "1E-30"),
    ],
)
def test_equal_numbers_have_one_form(literal, text):
    assert exact_json.dumps(exact_json.canonical(Decimal(literal))) == text


@pytest.mark.parametrize(
    "literal",
    [
        "1" * 39,
        "0." + "1" * 39,
        "9e126",
        "1e-131",
        "1e9999",
        "-1e-9999",
        "1e99999999999999999999",
        "-1e-99999999999999999999",
    ],
)
def test_a_number_that_no_table_can_hold_is_read_and_then_refused(literal):
    number = exact_json.loads(literal)
    with pytest.raises(ArithmeticError):
        exact_json.canonical(number)


@pytest.mark.parametrize(
    ("literal", "integer"),
    [
        ("60", 60),
        ("60.0", 60),
        ("6e1", 60),
        ("-0.0", 0),
        ("6000e-2", 60),
        ("60.5", None),
        ("1e-9999", None),
        ("1e999999", None),
        ("1e99999999999999999999", None),
        ("true", None),
        ('"60"', None),
        ("null", None),
    ],
)
def test_an_integer_is_whole_however_it_is_written(literal, integer):
    found = exact_json.whole(exact_json.loads(literal))
    assert (found, type(found)) == (integer, type(integer))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"{", "line 1, column 2"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'"\xff"', "UTF-8"),
        (b"[" * 200_000, "nested"),
        (b'"a\nb"', "control character"),
        (b"", "not JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_reason(document, reason):
    with pytest.raises(Malformed, match=reason):
        exact_json.loads(document)


def test_an_integer_of_ten_thousand_digits_is_read_without_harm():
    assert isinstance(exact_json.loads("9" * 10_000), Decimal)


def test_a_hundred_thousand_names_are_looked_through_at_once():
    names = ",".join(f'"n{n}":1' for n in range(100_000))
    with pytest.raises(Malformed, match="'n99999' twice"):
        exact_json.loads(f'{{{names},"n99999":1}}')

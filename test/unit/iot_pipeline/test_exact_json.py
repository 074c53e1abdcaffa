"""JSON with every digit."""

from decimal import Decimal

import pytest

from iot_pipeline import exact_json


@pytest.mark.parametrize("text", ["0.1", "27.0", "-1.50", "1E+400", "12345678901234567890", "true"])
def test_what_is_read_is_written_again_digit_for_digit(text: str) -> None:
    assert exact_json.dumps(exact_json.loads(text)) == text


@pytest.mark.parametrize(
    "text", [b"NaN", b"-Infinity", b"{", b"\xff", b'{"a":1}x', b"1e" + b"9" * 20]
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        exact_json.loads(text)


def test_nan_is_not_written() -> None:
    with pytest.raises(ValueError):
        exact_json.dumps(float("nan"))


def test_a_value_is_read_where_it_stands() -> None:
    assert exact_json.decode_at('[ {"a": 1.0} ]', 2) == ({"a": Decimal("1.0")}, 12)


def test_what_is_wrong_is_told_without_the_place() -> None:
    with pytest.raises(ValueError) as caught:
        exact_json.loads('{"a" 1}')
    assert exact_json.complaint(caught.value) == "Expecting ':' delimiter"
    assert exact_json.complaint(ValueError("other")) == "other"

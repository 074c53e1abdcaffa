"""What can be a value."""

from decimal import Decimal

import pytest

from iot_pipeline import Value
from iot_pipeline.values import exact


@pytest.mark.parametrize("value", [7, True, "eco", Decimal("0.10")])
def test_what_is_exact_stays_as_it_is(value: Value) -> None:
    assert exact(value) is value


def test_a_float_becomes_what_python_prints_for_it() -> None:
    assert exact(0.1) == Decimal("0.1")


@pytest.mark.parametrize("value", [float("nan"), Decimal("-Infinity")])
def test_what_is_not_finite_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        exact(value)


@pytest.mark.parametrize("value", [None, [1], {"x": 1}, b"bytes"])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a number, boolean or string"):
        exact(value)

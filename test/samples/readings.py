"""Readings to test with, made by hand or by hypothesis."""

from decimal import Decimal

from hypothesis import strategies as st

from kernel import exact_json
from readings.model import Reading

START = 1_763_683_200_000  # 2025-11-21T00:00:00Z


def reading(device_id="device-1", timestamp=START, **metrics):
    """A reading; numbers may be given as int or as text of a Decimal."""
    values = metrics or {"temperature": 21}
    canonical = {
        name: exact_json.canonical(value) if type(value) is int or type(value) is Decimal else value
        for name, value in values.items()
    }
    return Reading.of(device_id, timestamp, canonical)


numbers = st.builds(
    lambda sign, digits, exponent: exact_json.canonical(Decimal(f"{sign}{digits}E{exponent}")),
    st.sampled_from(["", "-"]),
    st.integers(0, 10**38 - 1),
    st.integers(-120, 80),
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True).map(lambda name: f"m_{name}")
metrics = st.dictionaries(names, numbers | st.booleans() | texts, min_size=1, max_size=5)
moments = st.integers(START - 7_200_000, START + 7_200_000)
readings = st.lists(
    st.builds(Reading.of, st.sampled_from(["a", "b:c"]), moments, metrics), min_size=1, max_size=40
)

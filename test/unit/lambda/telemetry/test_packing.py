import base64
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.readings import START, metrics, reading, readings

from readings.model import Reading
from telemetry.packing import pack, unpack
from telemetry.segmenting import cut_into_segments

# What was written once is read for ever: by versions, so many of `kept` as were packed.
WRITTEN = {
    (1, 3): (
        "AXjaLY+7DoMwDEX/JbOF4kcSwq9UDEFKu4SHIEyIf69D6+EMvldH9mWqGV4YPPueybYBVPCPI5jZDJf5pENrtrNW"
        "nHdBomdLiBwE2jIio8RI3gpRkL4tkX0MJH0frWdBInWVNOWiIpNgMrCcpTzQZN3yokHdzwzvVI4/Nal53vKe6rln"
        "LZCaHRB2qKSOXGusNTXrcznoE+N9fwFcDDiB"
    ),
    (1, 20): (
        "AXja7ZM9bsMwDIXvolkwSIqSxVylzqAAahfnp4k9Bbl7SLaLgW5tthp4b/j0SBEmdA9L2L3hWFKpicC+iGpp4yKC"
        "L8L7GI5hdw8f7aaDwADAueSRpSQgxDRyNCiYkEWoABONXA1iKjIS1ypQEiORw0qFRGomqJy1Tfzv+ac9dWFzO/RZ"
        "txVaPIR4Wuf5y8IUPqewJStAl2nawN+W6QjnSz/pBMt17fG9zbef/DWHevnSj5d+bct67ToD6V/KkXBAdRpIHYbk"
        "hJ1kJ8UJOEEn5CQ5YSfZSXECTtAJOUlO2EnONsd5abYHf7J6BjGpWJVVRTWqqkq+n3VES6JF0bJoYbQ0Whwtj1aA"
        "WrF/PJ7fj/sk"
    ),
    (2, 20): (
        "AnicXZHRasMwDEX/xc8iSLLs2PuVpA8ueHvJ2i5Nnsr+fbophdHANT7JEbLiSZlkzDGXqIyHaq1CjxA+pkD+TQMF"
        "FpH3hBOFr3aHxgMTW8pptJojq0gcjbhKFKtVM5vqaIUk5jqqlVI5RxNVkqJZay1JuVjy6qOZxveg2dLOffF2U2h0"
        "DnTZl4XCHH7m4EXzztzrPEP00+EIxzFfG7y/3voF9du6d/psy70/5ec8/xbIW/++9bVt+9oxopIPmUgGSaSDJscI"
        "NGACZiADBajACDRgAmYgAwWowAg0YEo+x9H6urXl9fv9QvxeKHrMkzzZM3oKLosPxxeYAlXgCmSBLdAFvqBAvOLo"
        "83v6A4YNbhM="
    ),
}
LABELS = ["a,b", '"q"', "\u00e9\\"]

values = st.one_of(
    st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.12"), Decimal("-1E+3"), True, False]),
    st.sampled_from(["", ",", '"', "a", "1", "null", "\u00e9", "\U0001f600"]),
    st.decimals(-9, 99, places=1).map(lambda number: number.normalize() or Decimal(0)),
)
moments = st.integers(0, 3_600_000).map(lambda late: START + late)


@st.composite
def alike(draw):
    """Readings as one device sends them: of some metrics, with some values, and many of them."""
    columns = draw(st.dictionaries(st.sampled_from("abcde"), st.lists(values, min_size=1)))
    cells = {name: st.sampled_from(column) for name, column in columns.items()}
    lacking = draw(st.sets(st.sampled_from("abcde")))
    metrics = st.fixed_dictionaries(
        {name: cell for name, cell in cells.items() if name not in lacking},
        optional={name: cell for name, cell in cells.items() if name in lacking},
    )
    found = draw(st.lists(st.tuples(moments, metrics), min_size=1, max_size=60))
    return [Reading.of("a", *one) for one in sorted(found, key=lambda one: one[0])]


def kept(how_many):
    """Readings with numbers, booleans, and a text that not all of them have."""
    return [
        reading(
            timestamp=START + n * 10_000 + n % 4 * 3,
            temperature=Decimal(f"{20 + n % 3}.{n % 7}5"),
            open=n % 5 == 0,
            total=100 * n,
            gas=Decimal("0.004565749630211374") * (1 + n % 4),
            **({} if n % 3 else {"label": LABELS[n // 3 % 3]}),
        )
        for n in range(how_many)
    ]


def as_stored(found):
    """All that can be told of readings: a number that is written otherwise is not the same."""
    return [(one, one.text, [*map(str, one.metrics.values())], [*one.metrics]) for one in found]


@given(readings)
def test_packing_loses_no_digit(given_readings):
    for segment in cut_into_segments(given_readings, 500):
        assert unpack(segment.device_id, pack(segment.readings)) == segment.readings


@given(metrics)
def test_a_reading_keeps_its_identity_through_packing(values):
    sent = Reading.of("a", START, values)
    (unpacked,) = unpack("a", pack([sent]))
    assert (unpacked.text, unpacked.digest) == (sent.text, sent.digest)


@given(alike())
def test_columns_that_repeat_themselves_come_back_as_they_were(given_readings):
    assert as_stored(unpack("a", pack(given_readings))) == as_stored(given_readings)


@pytest.mark.parametrize("different", [1, 2, 10, 11, 92, 93, 400, 600])
def test_however_many_different_values_there_are_each_reading_gets_its_own(different):
    sent = [reading(timestamp=START + n, n=n % different * 7) for n in range(1_200)]
    assert as_stored(unpack("device-1", pack(sent))) == as_stored(sent)


@pytest.mark.parametrize(("version", "how_many"), WRITTEN)
def test_what_was_packed_once_is_read_for_ever(version, how_many):
    packed = base64.b64decode(WRITTEN[version, how_many])
    assert packed[0] == version
    assert as_stored(unpack("device-1", packed)) == as_stored(kept(how_many))


def test_packed_readings_are_small():
    ordinary = [
        reading(timestamp=START + n * 1_000, temperature=20 + n % 5, humidity=60, light=True)
        for n in range(100)
    ]
    assert len(pack(ordinary)) < 1_024


def test_an_unknown_version_is_refused():
    with pytest.raises(ValueError, match="version 9"):
        unpack("a", b"\x09whatever")

"""Whole files."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iot_pipeline import exact_json
from iot_pipeline.cli.readings.files.errors import UnreadableFile
from iot_pipeline.cli.readings.files.mapping import Wanted
from iot_pipeline.cli.readings.files.readings import reading_file
from iot_pipeline.cli.readings.files.times import TimeUnit
from iot_pipeline.readings import Reading

READING = '{"device_id": "pump", "sensor_data": {"temp": 27.0}, "timestamp": 1594598735773}'
READINGS = st.lists(
    st.builds(
        Reading,
        st.text(st.characters(codec="utf-8"), min_size=1),
        st.dictionaries(
            st.text(min_size=1),
            st.integers() | st.booleans() | st.decimals(allow_nan=False, allow_infinity=False),
            min_size=1,
        ),
        st.integers(0, 253_402_300_799_999),
    ),
    min_size=1,
    max_size=5,
)


def read(path: Path, content: bytes) -> tuple[str, list[Reading], list[tuple[int, str]]]:
    path.write_bytes(content)
    invalid: list[tuple[int, str]] = []
    with reading_file(str(path), Wanted()) as file:
        return (
            str(file),
            list(file.readings(lambda line, why: invalid.append((line, why)))),
            invalid,
        )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings=READINGS, lines=st.booleans())
def test_readings_come_out_as_they_went_in(
    tmp_path: Path, readings: list[Reading], lines: bool
) -> None:
    written = [exact_json.dumps(reading.as_request()) for reading in readings]
    text = "\n".join(written) if lines else f"[{','.join(written)}]"
    (tmp_path / "file").write_bytes(text.encode())
    with reading_file(str(tmp_path / "file"), Wanted(time_unit=TimeUnit.MS)) as file:
        assert list(file.readings(pytest.fail)) == readings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"[{READING}]", "a JSON array; "),
        (f"{READING}\n{READING}", "JSON objects; "),
        (f'{{"readings": [{READING}]}}', "JSON objects; "),
        ("device_id,timestamp,temp\npump,1594598735773,27.0\n", "CSV; "),
        ("\ufeffdevice_id;timestamp;temp\r\npump;1594598735773;27.0\r\n", "CSV; "),
    ],
)
def test_the_format_shows_in_the_content(tmp_path: Path, text: str, found: str) -> None:
    said, readings, invalid = read(tmp_path / "file", text.encode())
    assert said.startswith(found)
    assert set(map(str, readings)) == {
        str(Reading("pump", {"temp": Decimal("27.0")}, 1594598735773))
    }
    assert invalid == []


def test_rows_that_are_no_readings_are_told_with_their_lines(tmp_path: Path) -> None:
    text = f'{{"x"\n{READING}\n{{"device_id": "pump", "timestamp": 1594598735773}}\n{READING}\n'
    _, readings, invalid = read(tmp_path / "file", text.encode())
    assert len(readings) == 2
    assert [line for line, _ in invalid] == [1, 3]
    assert invalid[1][1] == "'sensor_data' is missing or not an object"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "nothing in it"),
        (b" \n", "nothing in it"),
        (b"[]", "no record in it"),
        (b"device_id,timestamp\n", "no record in it"),
        (b"[1]", "no record in it: line 1: it is not an object"),
        (b"\xff\xfed\x00", "not UTF-8"),
        pytest.param(gzip.compress(READING.encode() * 9)[:-20], "damaged", id="cut off"),
        (b"\x1f\x8bnonsense", "damaged"),
        (b'device_id,timestamp,t\npump,"1,2\n', "not CSV"),
    ],
)
def test_what_is_no_file_of_readings_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path / "file", content)


def test_what_is_read_before_the_damage_comes_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(f"[{READING},{READING},")
    with reading_file(str(tmp_path / "file"), Wanted()) as file:
        readings = file.readings(pytest.fail)
        assert next(readings) == next(readings)
        with pytest.raises(UnreadableFile, match="line 1"):
            next(readings)

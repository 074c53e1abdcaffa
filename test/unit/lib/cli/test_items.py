"""Items, flattened and in columns."""

from lib.cli.items import columns_of, flat, printable


def test_objects_become_dotted_names() -> None:
    assert flat({"a": 1, "b": {"c": 2, "d": {"e": 3}}}) == {"a": 1, "b.c": 2, "b.d.e": 3}


def test_device_and_time_come_first_and_every_name_once() -> None:
    rows = [{"temp": 1, "timestamp": 2}, {"co": 3, "device_id": "d", "temp": 4}]
    assert columns_of(rows) == ["device_id", "timestamp", "temp", "co"]


def test_only_what_speaks_to_the_terminal_is_replaced() -> None:
    assert printable("Grüße\x1b[31m\n") == "Grüße\ufffd[31m\ufffd"

"""When the engine counts as alive, and how its end is judged."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.local.process_record import (
    End,
    EngineProcess,
    is_alive,
    last_end,
    living_process,
    lock_record,
    write_record,
)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "engine" / "process.json"


@pytest.fixture
def locked(record: Path) -> Iterator[Path]:
    descriptor = lock_record(record)
    yield record
    os.close(descriptor)


def test_there_is_no_process_before_the_first_start(record: Path) -> None:
    assert living_process(record) is None
    assert last_end(record) is End.CLEAN


def test_the_holder_of_the_lock_is_the_engine(locked: Path) -> None:
    write_record(locked, EngineProcess(pid=4711, port=4566))

    assert living_process(locked) == EngineProcess(pid=4711, port=4566)


def test_a_stale_record_names_no_process_even_if_its_id_is_alive(record: Path) -> None:
    os.close(lock_record(record))
    write_record(record, EngineProcess(pid=os.getpid(), port=4566))

    assert living_process(record) is None
    assert last_end(record) is End.KILLED


def test_a_kill_while_saving_is_told_apart(record: Path) -> None:
    os.close(lock_record(record))
    write_record(record, EngineProcess(pid=4711, port=4566, phase="saving"))

    assert last_end(record) is End.KILLED_WHILE_SAVING


def test_an_empty_record_is_a_clean_end(record: Path) -> None:
    os.close(lock_record(record))
    write_record(record, None)

    assert last_end(record) is End.CLEAN


def test_a_half_written_record_promises_nothing(record: Path) -> None:
    os.close(lock_record(record))
    record.write_text('{"pid": 47')

    assert last_end(record) is End.KILLED_WHILE_SAVING


def test_a_process_that_is_about_to_end_is_still_alive(locked: Path) -> None:
    write_record(locked, None)

    assert is_alive(locked)
    assert living_process(locked) is None

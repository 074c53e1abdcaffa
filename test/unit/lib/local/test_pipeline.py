"""The local pipeline before anything was brought up."""

import fcntl
import os
from pathlib import Path

import pytest

from lib.local import LocalPipeline, LocalPipelineError, LocalSettings, Status
from lib.local.layout import Layout
from lib.local.process_record import EngineProcess, lock_record, write_record


@pytest.fixture
def pipeline(tmp_path: Path) -> LocalPipeline:
    return LocalPipeline(LocalSettings(tmp_path, 4566, "us-east-1", "dev"))


def test_it_is_stopped_and_exports_nothing(pipeline: LocalPipeline) -> None:
    assert pipeline.status() == Status(None, 4566, healthy=False, api_endpoint=None, suffix=None)
    assert pipeline.environment() == {}


def test_bringing_down_what_is_not_up_changes_nothing(pipeline: LocalPipeline) -> None:
    assert pipeline.down() is False


def test_destroying_what_was_never_deployed_needs_no_engine(
    pipeline: LocalPipeline, tmp_path: Path
) -> None:
    os.close(lock_record(Layout(tmp_path).process_record))
    write_record(Layout(tmp_path).process_record, EngineProcess(pid=1, port=4566))

    assert pipeline.down(destroy=True) is False
    assert not Layout(tmp_path).process_record.exists()


def test_two_commands_at_once_are_refused(pipeline: LocalPipeline, tmp_path: Path) -> None:
    with Layout(tmp_path).operation_lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(LocalPipelineError, match="Another command"):
            pipeline.down()

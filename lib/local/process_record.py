"""The engine's process as it is written down: alive exactly as long as its file is locked."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class EngineProcess:
    """A process that serves the engine, or did."""

    pid: int
    port: int
    phase: Literal["running", "saving"] = "running"


class End(Enum):
    """How the engine's last process ended."""

    CLEAN = "everything was saved, or there was nothing to save"
    KILLED = "what came since the last clean end was not saved"
    KILLED_WHILE_SAVING = "what is on disk may be half old, half new"


def is_alive(file: Path) -> bool:
    """Tell whether a process holds the record's lock.

    A process id alone proves nothing: after a restart of the machine it may be anybody's. The
    lock is the engine's own, and the kernel takes it away whenever the engine ends.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def living_process(file: Path) -> EngineProcess | None:
    """Return the process that holds the record's lock, or None."""
    if not is_alive(file):
        return None
    try:
        return _parse(file.read_text(encoding="utf-8"))
    except ValueError:
        return None  # Read while it was being written: about to start or to end.


def last_end(file: Path) -> End:
    """Return how the last process ended; asked only while none is alive."""
    try:
        process = _parse(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return End.CLEAN
    except ValueError:
        return End.KILLED_WHILE_SAVING
    if process is None:
        return End.CLEAN
    return End.KILLED_WHILE_SAVING if process.phase == "saving" else End.KILLED


def lock_record(file: Path) -> int:
    """Open and lock the record for a process about to start; returns the file descriptor."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def write_record(file: Path, process: EngineProcess | None) -> None:
    """Write the process down; None stands for a clean end."""
    file.write_text(json.dumps(asdict(process)) if process else "", encoding="utf-8")


def _parse(text: str) -> EngineProcess | None:
    return EngineProcess(**json.loads(text)) if text.strip() else None

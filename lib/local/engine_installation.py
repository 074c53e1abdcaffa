"""The engine's own virtual environment: made once, remade when its requirements change."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from lib.local.errors import LocalPipelineError
from lib.local.layout import Layout
from lib.local.programs import run_logged

REQUIREMENTS = Path(__file__).with_name("engine-requirements.txt")
_STAMP_NAME = "installed"


def is_installed(layout: Layout) -> bool:
    """Tell whether exactly the required packages were installed to the end."""
    try:
        return (layout.engine_venv / _STAMP_NAME).read_text(encoding="ascii") == _fingerprint()
    except OSError:
        return False


def engine_interpreter(layout: Layout) -> Path:
    """Return the interpreter of the engine's virtual environment."""
    return layout.engine_venv / "bin" / "python"


def install_engine(layout: Layout) -> None:
    """Make the virtual environment anew; raises LocalPipelineError if that fails."""
    shutil.rmtree(layout.engine_venv, ignore_errors=True)
    layout.engine_venv.parent.mkdir(parents=True, exist_ok=True)
    pip = (str(engine_interpreter(layout)), "-m", "pip", "install", "--disable-pip-version-check")
    _run(layout, (sys.executable, "-m", "venv", str(layout.engine_venv)))
    _run(layout, (*pip, "--no-input", "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)))
    (layout.engine_venv / _STAMP_NAME).write_text(_fingerprint(), encoding="ascii")


def _run(layout: Layout, command: tuple[str, ...]) -> None:
    log = layout.engine_venv.parent / "install.log"
    done = run_logged(command, directory=layout.directory, environment=os.environ, log=log)
    if done.returncode != 0:
        raise LocalPipelineError(
            f"The engine could not be installed: {' '.join(command[1:4])} failed, see {log}."
        )


def _fingerprint() -> str:
    installed = f"{sys.version} {sys.base_prefix}".encode() + REQUIREMENTS.read_bytes()
    return hashlib.sha256(installed).hexdigest()

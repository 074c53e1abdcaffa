"""Interpreters of Lambda's runtimes, where this machine has them."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path


@cache
def interpreter(runtime):
    """The path of a Python of a runtime (`python3.13`), or None where there is none."""
    return next((path for path in _candidates(runtime) if _version_told_by(path) == runtime), None)


def _candidates(runtime):
    yield sys.executable
    for directory in os.get_exec_path():
        yield str(Path(directory, runtime))
    # What pyenv has installed, it gives a name on the PATH only where it is told to.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    version = runtime.removeprefix("python")
    yield from sorted(map(str, pyenv.glob(f"versions/{version}.*/bin/{runtime}")))


def _version_told_by(path):
    # A name on the PATH proves nothing: a version manager's may be there and refuse to run.
    code = "import sys; print('python{}.{}'.format(*sys.version_info))"
    try:
        told = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return told.stdout.strip()

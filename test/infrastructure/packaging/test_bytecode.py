"""Cold starts load bytecode, of the real packages too, and nothing tells where it was compiled."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lib.settings import PROJECT_ROOT

CACHE = sys.implementation.cache_tag
HOT = ("telemetry.ingest", "telemetry.process", "telemetry.query")


@pytest.fixture
def archives(packages):
    """The layer and every function, as they are uploaded."""
    return [packages.layer.path, *(one.path for one in packages.functions.values())]


def test_every_module_comes_with_its_source_and_its_bytecode(archives):
    for path in archives:
        with zipfile.ZipFile(path) as opened:
            names = opened.namelist()
        sources = {Path(name) for name in names if name.endswith(".py")}
        compiled = {Path(name) for name in names if name.endswith(".pyc")}
        assert sources
        assert compiled == {
            one.parent / "__pycache__" / f"{one.stem}.{CACHE}.pyc" for one in sources
        }, path.name


def test_nothing_tells_on_which_machine_it_was_packaged(archives):
    told = [str(one).encode() for one in (PROJECT_ROOT, Path.home(), sys.prefix, sys.base_prefix)]
    for path in archives:
        with zipfile.ZipFile(path) as opened:
            for name in opened.namelist():
                if name.endswith(".pyc"):
                    content = opened.read(name)
                    assert not [one for one in told if len(one) > 5 and one in content], name


@pytest.mark.parametrize("started", HOT)
def test_a_function_starts_without_a_look_at_any_source(started, packages, tmp_path):
    for path in (packages.layer.path, packages.functions[started].path):
        with zipfile.ZipFile(path) as opened:
            opened.extractall(tmp_path)
    for source in tmp_path.rglob("*.py"):
        source.write_text("this is not Python", encoding="utf-8")
    code = f"""
import sys
sys.path[:0] = {[str(tmp_path), str(tmp_path / "python")]!r}
import functions.{started}
from kernel.aws import client
assert client("dynamodb").meta.region_name == "us-east-1"
"""

    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        env={"AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert finished.returncode == 0, finished.stderr

import os
import subprocess
import sys

from lib.settings import PROJECT_ROOT


def test_the_document_in_the_repository_is_that_of_the_code():
    printed = subprocess.run(
        [sys.executable, "-m", "api_document"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": "lambda", "PYTHONHASHSEED": "random"},
        capture_output=True,
        check=True,
    )
    kept = (PROJECT_ROOT / "docs/openapi.json").read_bytes()
    assert printed.stdout == kept, "docs/openapi.json is not current: run `make docs`"

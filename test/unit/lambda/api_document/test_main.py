import os
import subprocess
import sys

import pytest

from lib.settings import PROJECT_ROOT


@pytest.mark.parametrize(("arguments", "file"), [([], "openapi.json"), (["callers"], "callers.md")])
def test_what_is_in_the_repository_is_that_of_the_code(arguments, file):
    printed = subprocess.run(
        [sys.executable, "-m", "api_document", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": "lambda", "PYTHONHASHSEED": "random"},
        capture_output=True,
        check=True,
    )
    kept = (PROJECT_ROOT / "docs" / file).read_bytes()
    assert printed.stdout == kept, f"docs/{file} is not current: run `make docs`"

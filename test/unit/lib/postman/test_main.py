import subprocess
import sys

from lib.settings import PROJECT_ROOT


def test_the_collection_in_the_repository_is_that_of_the_document():
    printed = subprocess.run(
        [sys.executable, "-m", "lib.postman", "docs/openapi.json"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
    )
    kept = (PROJECT_ROOT / "docs/postman_collection.json").read_bytes()
    assert printed.stdout == kept, "docs/postman_collection.json is not current: run `make docs`"

"""The secret of the engine's root."""

import stat
from pathlib import Path

from lib.local.root_key import ensure_root_secret


def test_the_secret_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "aws" / "root"

    secret = ensure_root_secret(file)

    assert len(secret) >= 40
    assert ensure_root_secret(file) == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_directory_has_a_secret_of_its_own(tmp_path: Path) -> None:
    assert ensure_root_secret(tmp_path / "a") != ensure_root_secret(tmp_path / "b")

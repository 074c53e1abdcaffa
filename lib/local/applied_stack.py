"""What the engine holds: what was last applied to it and saved by it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class AppliedStack:
    """The digest of what was applied, and the outputs as Terraform gave them."""

    fingerprint: str
    outputs: Mapping[str, str]


def read_applied(file: Path) -> AppliedStack | None:
    """Return what was last applied, or None if nothing was, or not to the end."""
    try:
        return AppliedStack(**json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def write_applied(file: Path, applied: AppliedStack) -> None:
    """Write down what was applied."""
    staged = file.with_suffix(".new")
    staged.write_text(json.dumps(asdict(applied), indent=2), encoding="utf-8")
    staged.replace(file)

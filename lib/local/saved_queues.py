"""The queues in what the engine saved: named by URL, with the port that it had at the time."""

import re
from pathlib import Path

_QUEUE_URL = re.compile(r"https://localhost:\d+/(?=\d{12}/)")


def move_saved_queues(state: Path, port: int) -> None:
    """Put the saved queues on the port, for event sources find a queue by its whole URL."""
    file = state / "sqs.json"
    if not file.is_file():
        return
    saved = file.read_text(encoding="utf-8")
    moved = _QUEUE_URL.sub(f"https://localhost:{port}/", saved)
    if moved != saved:
        staged = file.with_suffix(".new")
        staged.write_text(moved, encoding="utf-8")
        staged.replace(file)

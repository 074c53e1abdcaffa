"""What the engine saved of its queues, when it comes back on another port."""

from pathlib import Path

from lib.local.saved_queues import move_saved_queues


def moved(directory: Path, text: str) -> str:
    (directory / "sqs.json").write_text(text)
    move_saved_queues(directory, 4714)
    return (directory / "sqs.json").read_text()


def test_queues_follow_the_engine_to_its_new_port(tmp_path: Path) -> None:
    saved = "{\"r'https://localhost:4713/000000000000/ingestion-dev'\": {}}"

    assert moved(tmp_path, saved) == saved.replace("4713", "4714")


def test_other_addresses_in_messages_stay_as_they_are(tmp_path: Path) -> None:
    saved = '{"body": "see https://localhost:4713/readme and https://example.com:1/000000000000/q"}'

    assert moved(tmp_path, saved) == saved


def test_there_may_be_no_queues_yet(tmp_path: Path) -> None:
    move_saved_queues(tmp_path, 4714)

    assert list(tmp_path.iterdir()) == []

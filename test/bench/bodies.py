"""Requests with readings of a real sensor array, or of one that is made up in its likeness.

The file is named by `PIPELINE_TEST_READINGS`: one JSON array of messages, zipped, such as
`{"device_id": …, "ts": 1594598424.5, "data": {"temp": 18.9, …}}`. Times are moved to one day, and
what is received is received the day after: older than a week, it would be backfill.
"""

import json
import os
import random
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from samples.api_calls import api_call
from samples.lambda_events import captured

FILE_VARIABLE = "PIPELINE_TEST_READINGS"
DAY_START_MS = 1_763_683_200_000
DAY_MS = 86_400_000
# When everything is received: the day after.
RECEIVED_AT_MS = DAY_START_MS + DAY_MS
_MADE_UP = 16_000
_EVERY_MS = 5_100


@dataclass(frozen=True)
class Source:
    """What one device measured in a day: moments in ms since its beginning, and metrics."""

    name: str
    rows: Sequence[tuple[int, dict[str, Any]]]

    def requests(
        self, number: int, readings: int, devices: int, fleet: int = 0
    ) -> list[dict[str, Any]]:
        """So many proxy events of `POST /ingest`, each with so many readings of so many devices.

        No two hold the same readings, and no two of the 65,536 fleets the same devices. Raises
        ValueError when the day has not enough readings.
        """
        if number * readings > len(self.rows):
            raise ValueError(f"{number} × {readings} readings are more than {len(self.rows)}.")
        rows = iter(self.rows)
        return [_event(list(islice(rows, readings)), devices, fleet) for _ in range(number)]


def source() -> Source:
    """The readings of the file that is named, or made up ones."""
    if path := os.environ.get(FILE_VARIABLE):
        return _of_file(Path(path))
    return made_up()


def _event(rows: Sequence[tuple[int, dict[str, Any]]], devices: int, fleet: int) -> dict[str, Any]:
    ids = [f"5e:44:{(fleet << 16) + n:08x}" for n in range(devices)]
    readings = [
        {
            "device_id": ids[n % devices],
            "timestamp": DAY_START_MS + moment,
            "sensor_data": metrics,
        }
        for n, (moment, metrics) in enumerate(rows)
    ]
    body = {"readings": readings} if len(readings) > 1 else readings[0]
    event: dict[str, Any] = api_call("POST /ingest", body, headers=captured("api_call")["headers"])
    return event


def _of_file(path: Path) -> Source:
    with zipfile.ZipFile(path) as opened, opened.open(opened.namelist()[0]) as file:
        messages = json.load(file)
    ((busiest, _),) = Counter(one["device_id"] for one in messages).most_common(1)
    own = sorted((one["ts"], one["data"]) for one in messages if one["device_id"] == busiest)
    first = own[0][0]
    rows = [(int((moment - first) * 1_000), metrics) for moment, metrics in own]
    return Source("real sensor array", [row for row in rows if row[0] < DAY_MS])


def made_up() -> Source:
    """Seven metrics, of which some have 17 digits and all repeat themselves, as sensors do."""
    draw = random.Random(7)
    temperature, humidity = 21.0, 60.0
    rows = []
    for n in range(_MADE_UP):
        temperature += draw.choice((-0.1, 0, 0, 0, 0.1))
        humidity += draw.choice((-0.1, 0, 0, 0.1))
        gas = round(0.004 + 0.00005 * draw.randrange(160), 5)
        metrics = {
            "co": gas**1.01,
            "humidity": round(humidity, 1) + 3e-14,
            "light": n // 4_000 % 2 == 0,
            "lpg": gas**0.93,
            "motion": n % 997 == 0,
            "smoke": gas**0.81,
            "temp": round(temperature, 1),
        }
        rows.append((n * _EVERY_MS, metrics))
    return Source("made up", rows)

"""Run by `cold_start.py` in a fresh interpreter that sees what a Lambda sees, and nothing else.

Reads what to do from standard input; the last line that it writes is what it took.
"""

import json
import os
import resource
import sys
import time


class _Invocation:
    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda would end the function."""
        return 27_000


def _peak_bytes() -> int:
    # Not before it is measured what the function imports.
    from pathlib import Path

    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        # In bytes on macOS. Linux tells KB, and those of the program that forked if it had more.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition("VmHWM:")[2].split()[0]) * 1_024


asked = json.load(sys.stdin)
sys.path[:0] = asked["path"]
os.environ.update(asked["environment"])

begun, answer = time.process_time(), None
if asked["handler"]:
    import importlib

    module, _, name = asked["handler"].rpartition(".")
    answer = getattr(importlib.import_module(module), name)(asked["event"], _Invocation())
else:
    import boto3

    boto3.client("dynamodb")
cpu_seconds = time.process_time() - begun

told = {"cpu_seconds": cpu_seconds, "peak_bytes": _peak_bytes(), "answer": answer}
sys.stdout.write(json.dumps(told) + "\n")

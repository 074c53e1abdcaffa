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

peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
# Linux counts KB, macOS bytes.
peak_bytes = peak if sys.platform == "darwin" else peak * 1_024
told = {"cpu_seconds": cpu_seconds, "peak_bytes": peak_bytes, "answer": answer}
sys.stdout.write(json.dumps(told) + "\n")

"""The command line: `pipeline COMMAND`."""

import sys
from importlib.util import find_spec


def run() -> None:
    """Run the command that the wheel installs, or say how to get what it needs."""
    if find_spec("click") is None or find_spec("rich") is None:
        sys.exit("pipeline: the command line is an extra: pip install 'iot-pipeline-client[cli]'")
    from iot_pipeline.cli.main import main

    main(prog_name="pipeline")

"""The application that cdktf synthesises: settings from the environment, one stack."""

import os
import sys
from pathlib import Path

# Before what reads the contracts: `lambda` is a keyword, and its packages are imported from within.
sys.path.insert(1, str(Path(__file__).parent / "lambda"))

from cdktf import App

from lib.deployment_target import require_concurrency, targeted
from lib.packaging import PackagingError, build_all, function_modules
from lib.settings import PROJECT_ROOT, Settings, SettingsError
from lib.stacks.pipeline import PipelineStack

FUNCTIONS = function_modules(PROJECT_ROOT / "lambda")


def main() -> int:
    """Write the stack's Terraform JSON; returns the exit status."""
    try:
        settings = targeted(Settings.from_environment(os.environ), os.environ, PROJECT_ROOT)
        packages = build_all(PROJECT_ROOT / "lambda", FUNCTIONS, PROJECT_ROOT / "build")
        app = App()
        stack = PipelineStack(app, settings, packages)
        require_concurrency(settings, stack.reserved_concurrency)
    except (SettingsError, PackagingError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())

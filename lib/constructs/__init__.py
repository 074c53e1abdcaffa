"""The stack's parts: each validates, creates its resources and exposes what others need.

Importing any submodule of the AWS provider runs the package's `__init__`, which imports all
2,137 of them (6 s and more). An unexecuted module in its place makes submodules importable one
by one; the synthesised JSON is the same byte for byte.
"""

import sys
from importlib.util import find_spec, module_from_spec

_PROVIDER = "cdktf_cdktf_provider_aws"

if _PROVIDER not in sys.modules:
    _spec = find_spec(_PROVIDER)
    if _spec is None:
        raise ModuleNotFoundError(f"{_PROVIDER} is not installed: run 'make test' or 'make up'.")
    sys.modules[_PROVIDER] = module_from_spec(_spec)

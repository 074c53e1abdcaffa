"""Bytecode beside its source: Lambda keeps none, so every cold start would compile anew."""

import marshal
import platform
import sys
import warnings
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import PurePosixPath

# The runtime that finds the bytecode; any other passes over it, and compiles the source.
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
COMPILER = f"{sys.implementation.cache_tag} {platform.python_version()}"

# PEP 552: what was compiled is taken as it is; dates and digests of sources are not looked at.
_UNCHECKED_HASH = (0b01).to_bytes(4, "little")
# The last format without references. Later ones write an object in another way if anything else in
# the interpreter holds it too, so the bytes would depend on all that it has imported.
_WITHOUT_REFERENCES = 2


def with_bytecode(members: Mapping[str, bytes], directory: str) -> dict[str, bytes]:
    """The members of a zip, and the bytecode of its modules where Python looks for it.

    directory: where Lambda unpacks the zip; tracebacks name files below it. The bytes depend on the
    sources and this interpreter's version alone. What this version cannot parse stays as it is.
    """
    compiled: dict[str, bytes] = {}
    for name, source in members.items():
        path = PurePosixPath(name)
        if path.suffix != ".py":
            continue
        beside = path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc"
        try:
            compiled[str(beside)] = _bytecode(source, f"{directory}/{name}")
        except SyntaxError:
            # Code of a package for other versions, which says so only if it is ever imported.
            continue
    return {**members, **compiled}


def _bytecode(source: bytes, path: str) -> bytes:
    with warnings.catch_warnings():
        # What a compiler warns of is its packages' matter; made an error, it would leave them out.
        warnings.simplefilter("ignore")
        code = compile(source, path, "exec", dont_inherit=True, optimize=0)
    marshalled = marshal.dumps(code, _WITHOUT_REFERENCES)
    return MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(source) + marshalled

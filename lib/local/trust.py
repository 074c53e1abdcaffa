"""Which certificates a client of the engine trusts: those it trusted before, and the engine's."""

import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

import certifi

TRUST_VARIABLES = (
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
)
"""Every variable by which a tool is told what to trust; `NODE_EXTRA_CA_CERTS` alone adds to the
tool's own roots, the others replace them."""

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def write_trust_bundle(bundle: Path, certificate: Path, environment: Mapping[str, str]) -> None:
    """Write the engine's certificate and the machine's roots into one file.

    The roots are those of the interpreter and of every file that a variable names already:
    a company's own authority must not be lost to whoever sources the pipeline's environment.
    """
    files = [certificate, *_named(environment, bundle.parent), *_roots()]
    blocks = dict.fromkeys(block for file in files for block in _certificates(file))
    staged = bundle.with_suffix(".new")
    staged.write_text("\n".join(blocks) + "\n", encoding="ascii")
    staged.replace(bundle)


def _named(environment: Mapping[str, str], own_directory: Path) -> Iterator[Path]:
    for variable in TRUST_VARIABLES:
        file = Path(environment.get(variable, "")).absolute()
        # What this module wrote earlier would keep every retired certificate trusted for ever.
        if file.is_file() and file.parent != own_directory:
            yield file


def _roots() -> Iterator[Path]:
    if (default := ssl.get_default_verify_paths().cafile) and Path(default).is_file():
        yield Path(default)
    else:
        yield Path(certifi.where())


def _certificates(file: Path) -> list[str]:
    return _CERTIFICATE.findall(file.read_text(encoding="utf-8", errors="replace"))

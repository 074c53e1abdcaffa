"""The engine's certificate, as a TLS client and server see it."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from lib.local.certificate import RENEWAL_MARGIN, VALIDITY, ensure_certificate

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "tls" / "engine.pem", tmp_path / "tls" / "engine.key"


def handshake(certificate: Path, private_key: Path, host: str) -> None:
    """Shake hands in memory, as strictly as Python can; raises SSLError if the client refuses."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate, private_key)
    client_context = ssl.create_default_context(cafile=str(certificate))
    client_context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=host)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_strict_client_that_knows_the_certificate_accepts_it(
    pair: tuple[Path, Path], host: str
) -> None:
    ensure_certificate(*pair)

    handshake(*pair, host)


def test_the_certificate_is_good_for_no_other_host(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair)

    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(*pair, "example.com")


def test_the_key_cannot_sign_for_other_hosts(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair)

    certificate = x509.load_pem_x509_certificate(pair[0].read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.value.ca is False


def test_only_the_owner_can_read_the_private_key(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair)

    assert stat.S_IMODE(pair[1].stat().st_mode) == 0o600


def test_a_certificate_that_is_still_good_is_kept(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair, now=NOW)
    before = pair[0].read_bytes()

    ensure_certificate(*pair, now=NOW + VALIDITY - RENEWAL_MARGIN - timedelta(days=1))

    assert pair[0].read_bytes() == before


def test_a_certificate_about_to_expire_is_renewed(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair, now=NOW)
    before = pair[0].read_bytes()

    ensure_certificate(*pair, now=NOW + VALIDITY - RENEWAL_MARGIN)

    assert pair[0].read_bytes() != before


@pytest.mark.parametrize("broken", [0, 1])
def test_a_missing_half_is_made_again_with_its_other_half(
    pair: tuple[Path, Path], broken: int
) -> None:
    ensure_certificate(*pair)
    pair[broken].unlink()

    ensure_certificate(*pair)

    handshake(*pair, "localhost")


def test_an_unreadable_certificate_is_made_again(pair: tuple[Path, Path]) -> None:
    ensure_certificate(*pair)
    pair[0].write_text("not a certificate")

    ensure_certificate(*pair)

    handshake(*pair, "localhost")

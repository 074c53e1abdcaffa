"""Whom the clients of the engine trust."""

from pathlib import Path

import pytest

from lib.local.certificate import ensure_certificate
from lib.local.trust import TRUST_VARIABLES, write_trust_bundle


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return made(tmp_path / "tls" / "engine.pem")


def made(certificate: Path) -> Path:
    ensure_certificate(certificate, certificate.with_suffix(".key"))
    return certificate


def bundle_text(certificate: Path, environment: dict[str, str]) -> str:
    bundle = certificate.with_name("trust.pem")
    write_trust_bundle(bundle, certificate, environment)
    return bundle.read_text()


def test_the_engine_is_trusted_beside_the_machines_own_roots(certificate: Path) -> None:
    text = bundle_text(certificate, {})

    assert certificate.read_text().strip() in text
    assert text.count("BEGIN CERTIFICATE") > 20


@pytest.mark.parametrize("variable", TRUST_VARIABLES)
def test_a_companys_authority_stays_trusted(
    tmp_path: Path, certificate: Path, variable: str
) -> None:
    company = made(tmp_path / "company" / "root.pem")

    assert company.read_text().strip() in bundle_text(certificate, {variable: str(company)})


def test_a_retired_certificate_is_not_kept(certificate: Path) -> None:
    bundle_text(certificate, {})
    retired = certificate.read_text().strip()
    certificate.unlink()
    made(certificate)

    text = bundle_text(certificate, {"AWS_CA_BUNDLE": str(certificate.with_name("trust.pem"))})

    assert retired not in text


def test_a_variable_that_names_no_file_is_passed_over(tmp_path: Path, certificate: Path) -> None:
    environment = {"SSL_CERT_FILE": str(tmp_path / "missing"), "CURL_CA_BUNDLE": str(tmp_path)}

    assert bundle_text(certificate, environment) == bundle_text(certificate, {})

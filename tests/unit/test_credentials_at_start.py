"""What the settings choose to be let in with, and what is refused before anything is served."""

from pathlib import Path

import pytest

from app.apigee.credentials import Basic, EdgeOAuth, Metadata, ServiceAccount
from app.configuration.apigee import Apigee
from app.configuration.errors import ConfigurationError
from app.credentials import credentials
from app.domain.outgoing import Outgoing
from tests.unit.apigee.key_files import write_key_file

GOOGLE = "https://oauth2.googleapis.com/token"
EDGE = {
    "flavor": "edge",
    "endpoint": "https://edge.example/v1",
    "username": "ops@example.com",
    "password": "hidden-password",
}


def _chosen(**given: object) -> Apigee:
    return Apigee.model_validate({"organization": "acme", **given})


def _refusal(file: Path, **given: object) -> str:
    chosen = _chosen(service_account_file=file, **given)
    with pytest.raises(ConfigurationError) as refused:
        credentials(chosen, Outgoing(), {})
    assert refused.value.__cause__ is None
    text = str(refused.value)
    assert f"PORTAL_APIGEE__SERVICE_ACCOUNT_FILE ({file}): " in text
    return text


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"auth": "metadata"}, Metadata),
        ({"auth": "basic", **EDGE}, Basic),
        ({"auth": "oauth", **EDGE}, EdgeOAuth),
    ],
    ids=["metadata", "basic", "oauth"],
)
def test_the_setting_decides_the_kind(given: dict[str, object], kind: type) -> None:
    assert isinstance(credentials(_chosen(**given), Outgoing(), {}), kind)


def test_a_good_key_file_is_accepted_in_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = _chosen(service_account_file=write_key_file(tmp_path, GOOGLE))
    assert isinstance(credentials(chosen, Outgoing(), {}), ServiceAccount)
    assert caplog.text == ""


def test_a_key_file_for_a_group_is_accepted_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = write_key_file(tmp_path, GOOGLE)
    file.chmod(0o440)
    credentials(_chosen(service_account_file=file), Outgoing(), {})
    assert "usual for a Kubernetes secret with fsGroup" in caplog.text


def test_a_key_file_that_can_never_work_refuses_to_start(tmp_path: Path) -> None:
    assert "does not exist" in _refusal(tmp_path / "none.json")
    file = write_key_file(tmp_path, GOOGLE, type="authorized_user")
    assert "JSON of the type authorized_user" in _refusal(file)
    write_key_file(tmp_path, GOOGLE, private_key="-----BEGIN hidden")
    assert "The private key" in _refusal(file)
    assert "hidden" not in _refusal(file)
    write_key_file(tmp_path, GOOGLE).chmod(0o644)
    assert "chmod 600" in _refusal(file)


def test_a_token_address_without_tls_follows_the_rule_of_the_endpoint(tmp_path: Path) -> None:
    file = write_key_file(tmp_path, "http://tokens.internal/token")
    assert "token_uri" in _refusal(file)
    allowed = _chosen(service_account_file=file, allow_http=True)
    assert isinstance(credentials(allowed, Outgoing(), {}), ServiceAccount)


def test_google_s_variable_for_its_metadata_server_is_checked() -> None:
    with pytest.raises(ConfigurationError, match="GCE_METADATA_HOST must be a host"):
        credentials(_chosen(auth="metadata"), Outgoing(), {"GCE_METADATA_HOST": "http://x/"})

"""What can be wrong with a key file, and that each of it has a name of its own."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.apigee.credentials import ServiceAccount
from app.apigee.credentials.key_file import is_readable_by_group, read_key_file
from app.apigee.deadline import Deadline
from app.apigee.hints import hint
from app.domain.errors import Upstream, UpstreamKind
from tests.unit.apigee.key_files import elliptic_pem, write_key_file

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
GOOGLE = "https://oauth2.googleapis.com/token"


def _problem(path: Path, *, allow_http: bool = False) -> str:
    """Return the code of the problem, after looking that the first call tells the same."""
    with pytest.raises(Upstream) as refused:
        read_key_file(path, allow_http=allow_http).assertion(NOW)
    with pytest.raises(Upstream) as again:
        ServiceAccount(path, allow_http=allow_http).headers(Deadline(1))
    assert refused.value.kind is UpstreamKind.CREDENTIALS
    assert refused.value.code == again.value.code
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)
    assert hint(refused.value.code)
    return refused.value.code


def test_a_good_file_signs_and_is_checked_without_a_call(tmp_path: Path) -> None:
    path = write_key_file(tmp_path, GOOGLE)
    ServiceAccount(path).check()
    key = read_key_file(path)
    assert key.token_address == GOOGLE
    assert key.assertion(NOW).count(".") == 2
    assert "PRIVATE" not in repr(key)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert _problem(tmp_path / "none.json") == "key_file_missing"
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    assert _problem(folder) == "key_file_unreadable"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602])
def test_a_file_that_everybody_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = write_key_file(tmp_path, GOOGLE)
    path.chmod(mode)
    assert _problem(path) == "key_file_public"


def test_a_file_for_a_group_is_accepted_and_known_as_such(tmp_path: Path) -> None:
    path = write_key_file(tmp_path, GOOGLE)
    assert not is_readable_by_group(path)
    path.chmod(0o440)
    ServiceAccount(path).check()
    assert is_readable_by_group(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff\xfe\x00"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    path = write_key_file(tmp_path, GOOGLE)
    path.write_bytes(content)
    assert _problem(path) == "key_file_not_json"


@pytest.mark.parametrize("kind", ["authorized_user", "external_account"])
def test_json_of_another_type_is_refused_by_its_name(tmp_path: Path, kind: str) -> None:
    code = _problem(write_key_file(tmp_path, GOOGLE, type=kind))
    assert code == f"key_file_type:{kind}"
    assert f"JSON of the type {kind};" in hint(code)


@pytest.mark.parametrize("name", ["installed", "web"])
def test_the_file_of_an_oauth_client_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    path = write_key_file(tmp_path, GOOGLE)
    path.write_text(json.dumps({name: {"client_secret": "hidden"}}), encoding="utf-8")
    assert _problem(path) == "key_file_type:OAuth_client"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"client_email": ""}, "client_email"),
        ({"private_key": None}, "private_key"),
        ({"client_email": 7, "token_uri": []}, "client_email,token_uri"),
        ({"type": None}, "type"),
        ({"type": "Not a type, but a text"}, "type"),
    ],
)
def test_missing_fields_are_named(tmp_path: Path, changes: dict[str, object], missing: str) -> None:
    code = _problem(write_key_file(tmp_path, **{"address": GOOGLE, **changes}))
    assert code == f"key_file_fields:{missing}"
    assert f"lacks {missing}." in hint(code)


def test_a_broken_key_and_one_of_another_kind_are_refused_and_not_shown(tmp_path: Path) -> None:
    for text in ("-----BEGIN hidden", elliptic_pem(), "-----BEGIN PRIVATE KEY-----\nhidden\n"):
        assert _problem(write_key_file(tmp_path, GOOGLE, private_key=text)) == "key_file_key"


@pytest.mark.parametrize(
    "address", ["http://tokens.example/token", "ftp://127.0.0.1/token", "x", "https://a@b.example"]
)
def test_a_token_address_is_https_or_on_this_machine(tmp_path: Path, address: str) -> None:
    assert _problem(write_key_file(tmp_path, address)) == "key_file_address"


def test_a_token_address_without_tls_elsewhere_can_be_allowed(tmp_path: Path) -> None:
    path = write_key_file(tmp_path, "http://tokens.example/token")
    assert read_key_file(path, allow_http=True).token_address == "http://tokens.example/token"
    assert _problem(write_key_file(tmp_path, "ftp://x"), allow_http=True) == "key_file_address"

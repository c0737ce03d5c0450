"""Whoever runs the portal reads what to do; whoever uses it, only that it does not work."""

import re
from pathlib import Path

import pytest

from app.apigee import credentials
from app.apigee.errors import BAD_LOGIN, upstream
from app.apigee.flavor import Flavor
from app.apigee.hints import HINTS, hint
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.web.masking import mask
from tests.unit.apigee.speaking import Renewable, Speaker
from tests.unit.apigee.upstream import Reply, edge_error, reply
from tests.unit.apigee.upstream import Upstream as Server

NO_PATH = "forbidden:GET /developers"
LACKS = "apigee.developers.list"


def _google(message: str, *details: object) -> Reply:
    error = {"code": 403, "message": message, "status": "PERMISSION_DENIED"}
    return reply(403, {"error": error | ({"details": list(details)} if details else {})})


def _info(reason: str, **metadata: object) -> dict[str, object]:
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": kind, "reason": reason, "domain": "iam", "metadata": metadata}


def _refused(speaker: Speaker, renewals: int = 1) -> Upstream:
    apigee = speaker.apigee(credentials=Renewable(renewals))
    with pytest.raises(Upstream) as refused:
        apigee.developers.get("dana@example.com")
    assert refused.value.kind is UpstreamKind.CREDENTIALS
    return refused.value


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (_google(f'Permission "{LACKS}" denied on resource "//x"'), f"permission:{LACKS}"),
        (
            _google(f"Permission '{LACKS}' denied on resource 'o' (or it may not exist)."),
            f"permission:{LACKS}",
        ),
        (_google("No.", _info("IAM_PERMISSION_DENIED", permission=LACKS)), f"permission:{LACKS}"),
        (_google("No.", "text", _info("SERVICE_DISABLED", service="x")), "api_disabled"),
        (_google("No.", _info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")), "scope"),
        (
            _google('Permission denied on resource "organizations/acme" (or it may not exist)'),
            "organization",
        ),
        (_google('Permission "secret-key" denied'), NO_PATH),
        (_google('Permission "apigee.secret-key" denied'), NO_PATH),
        (_google(f'Permission "{LACKS}.secret.key" denied'), NO_PATH),
        (_google("No.", _info("X", permission=["apigee.a.b"])), NO_PATH),
        (_google("No.", _info("X", permission="apigee.a.b\nsecret-key")), NO_PATH),
        (edge_error(403, "security.auth.forbidden"), NO_PATH),
        (reply(403, "Forbidden", kind="text/html"), NO_PATH),
    ],
    ids=[
        "sentence",
        "doubt",
        "info",
        "api",
        "scope",
        "organization",
        "no-permission",
        "half",
        "longer",
        "list",
        "lines",
        "edge",
        "page",
    ],
)
def test_a_403_names_what_is_missing_and_nothing_else(
    server: Server, speaker: Speaker, answer: Reply, code: str
) -> None:
    server.answer(answer)
    error = _refused(speaker)
    assert error.code == code
    assert "secret" not in hint(code)


def test_on_edge_the_log_names_path_and_verb_that_the_role_lacks(
    server: Server, speaker: Speaker, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(edge_error(403, "security.auth.forbidden"))
    error = _refused(speaker)
    assert "does not allow GET /developers." in caplog.text
    assert "/developers" not in error.message


def test_a_missing_permission_is_named_in_the_log_and_not_on_the_page(
    server: Server, speaker: Speaker, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer(_google(f'Permission "{LACKS}" denied on resource "//x"'))
    error = _refused(speaker)
    assert f"lacks the permission {LACKS}." in caplog.text
    assert "permission" not in error.message.lower()
    assert "Whoever runs the portal has to check the role of its account" in error.message


def test_a_401_with_a_fresh_token_is_about_the_kind_of_credentials(
    server: Server, speaker: Speaker
) -> None:
    server.answer(edge_error(401, "oauth.v2.InvalidToken"))
    assert _refused(speaker).code == "token_not_accepted"
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "answer",
    [edge_error(401, "x.Unauthorized"), edge_error(500, BAD_LOGIN)],
    ids=["401", "500"],
)
def test_a_refused_password_says_that_saml_may_be_on(
    server: Server, speaker: Speaker, answer: Reply
) -> None:
    server.answer(answer)
    apigee = speaker.apigee(Flavor.EDGE, credentials.Basic("ops@example.com", "hidden"))
    with pytest.raises(Upstream) as refused:
        apigee.developers.get("dana@example.com")
    assert (refused.value.kind, refused.value.code) == (UpstreamKind.CREDENTIALS, "basic_refused")
    assert "SAML" in hint("basic_refused")
    assert not isinstance(refused.value, OutcomeUnknown)


def test_every_code_that_is_given_has_a_sentence_and_every_sentence_a_code() -> None:
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in Path(credentials.__file__).parents[1].rglob("*.py")
        if file.name != "hints.py"
    )
    given = {found.split(":")[0] for found in re.findall(r'"([a-z_]+)(?::[^"]*)?"', source)}
    used_by_start = {"key_file_group"}
    ours = {code for code in HINTS if "." not in code}
    assert ours - used_by_start <= given
    codes = re.findall(r'(?:code=|_problem\(|absent: str = |code = )f?"([a-z_]+)', source)
    assert len(codes) > 10
    assert set(codes) <= set(HINTS)


@pytest.mark.parametrize("code", sorted(HINTS))
def test_a_sentence_reaches_the_log_as_it_was_written(code: str) -> None:
    text = hint(f"{code}:{LACKS}")
    assert mask(text) == text
    assert len(text) > 40
    assert text.endswith((".", ")."))


def test_a_code_nobody_knows_has_no_sentence() -> None:
    assert hint("") == ""
    assert hint("developer.service.AppDoesNotExist") == ""
    assert upstream(UpstreamKind.FAILED, code="x").code == "x"


@pytest.mark.parametrize("word", ["", "a b", "{word}", "x" * 200, "-----BEGIN", "a/b"])
def test_what_is_no_word_is_not_repeated(word: str) -> None:
    assert "JSON of the type another kind;" in hint(f"key_file_type:{word}")

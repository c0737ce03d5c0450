"""The logs never hold a key, a secret or a token, whichever way it comes."""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.domain.secret import Secret
from app.web import logs
from app.web.masking import LONGEST, MASK, PATTERNS, MaskingFilter, mask
from tests.unit.log_lines import Log

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJkYW5hIn0.c2lnbmF0dXJl-_x"
SECRET = "Zq7-vX2_kP9sLm4tRw8y"

logger = logging.getLogger("tests.masking")

SECRETIVE = [
    f"/v1/organizations/acme/developers/d/apps/a/keys/{SECRET}",
    f"https://apigee.example.com/keys/{SECRET}?action=revoke",
    f"Authorization: Bearer {SECRET}",
    f"authorization=Basic {SECRET}==",
    f"{{'Authorization': 'Bearer {SECRET}', 'Accept': '*/*'}}",
    f"[('Authorization', 'Digest username=\"x\", response={SECRET}')]",
    f"{{b'Authorization': b'Bearer {SECRET}'}}",
    f"Proxy-Authorization: Digest x, y={SECRET}",
    f"Cookie: a=b; portal_session={SECRET}",
    f"sent Bearer {SECRET} to Apigee",
    f"client_secret={SECRET}",
    f"client_secret%3D{SECRET}%26x%3Dy",
    f'{{"client_secret": "{SECRET}"}}',
    f'{{"client_secret":"a\\"{SECRET}"}}',
    f"{{'client_secret': \"it's {SECRET}\"}}",
    f'"{{\\"client_secret\\": \\"{SECRET}\\"}}"',
    f'{{"consumerKey": "{SECRET}", "consumerSecret": "{SECRET}"}}',
    f"consumerKey: {SECRET}",
    f"ConsumerSecret = {SECRET}",
    f"consumer_key={SECRET}",
    f"curl -H 'x-apikey: {SECRET}' https://api.example.com",
    f"https://api.example.com/today?apikey={SECRET}",
    f"/auth/corp/callback?code={SECRET}&state={SECRET}",
    f"/sign-in?next=%2Fauth%3Fcode%3D{SECRET}%26state%3D{SECRET}",
    f"ImmutableMultiDict([('code', '{SECRET}'), ('state', '{SECRET}')])",
    f"{{'code': '{SECRET}', 'state': '{SECRET}'}}",
    f"id_token={SECRET}",
    f"?id_token_hint={SECRET}",
    f"logout_token={SECRET}",
    f'"access_token" : "{SECRET}"',
    f"refresh_token: '{SECRET}'",
    f"grant_type=x&assertion={SECRET}",
    f"client_assertion={SECRET}",
    f"code_verifier={SECRET}",
    f"password={SECRET}",
    f"postgresql://portal:{SECRET}@db/portal",
    f"token ya29.{SECRET}",
    f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    f"-----BEGIN RSA PRIVATE KEY-----\\n{SECRET.replace('-', '')}",
]


def fail(text: str) -> None:
    raise ValueError(text)


def fail_because(text: str) -> None:
    try:
        fail(text)
    except ValueError as error:
        raise RuntimeError("outer") from error


def log_failure(action: Callable[[str], None], text: str) -> None:
    try:
        action(text)
    except (ValueError, RuntimeError):
        logger.exception("Failed")


def log_stack(text: str) -> None:
    logging.getLogger().handle(
        logging.makeLogRecord({"msg": "x", "stack_info": text, "levelno": 40})
    )


WAYS: dict[str, Callable[[str], None]] = {
    "message": logger.error,
    "argument": lambda text: logger.error("Failed: %s", text),
    "dictionary": lambda text: logger.error({"detail": text}),
    "extra": lambda text: logger.error("Failed", extra={"detail": text, "list": [text]}),
    "exception": lambda text: log_failure(fail, text),
    "cause": lambda text: log_failure(fail_because, text),
    "stack": log_stack,
}


@pytest.mark.parametrize("text", SECRETIVE)
@pytest.mark.parametrize("way", WAYS)
def test_no_secret_is_written_whichever_way_it_comes(log: Log, text: str, way: str) -> None:
    WAYS[way](text)

    assert len(log.lines) == 1
    assert SECRET not in log.text
    assert SECRET.replace("-", "") not in log.text
    assert MASK in log.text


def test_an_exception_is_written_with_its_cause(log: Log) -> None:
    log_failure(fail_because, "the reason")

    assert log.line["exception"].startswith("Traceback")
    assert "ValueError: the reason" in log.line["exception"]
    assert "RuntimeError: outer" in log.line["exception"]


@pytest.mark.parametrize("text", [JWT, f"token {JWT}.", f"[{JWT.rsplit('.', 1)[0]}.]", f"x={JWT}"])
def test_a_token_of_three_parts_is_masked_wherever_it_stands(text: str) -> None:
    masked = mask(text)

    for part in JWT.split("."):
        assert part not in masked


def test_three_long_parts_are_a_token_even_if_they_look_otherwise() -> None:
    assert mask(".".join([SECRET] * 3)) == MASK


def test_extra_fields_are_masked_by_their_name(log: Log) -> None:
    logger.info(
        "x", extra={"client_secret": SECRET, "Authorization": SECRET, "key": Secret(SECRET)}
    )

    assert SECRET not in log.text
    assert log.line["client_secret"] == MASK


def test_names_of_apps_and_people_in_addresses_are_masked() -> None:
    text = "url: /v1/organizations/acme/developers/dana%40example.com/apps/My%20app?expand=true"

    assert mask(text) == (f"url: /v1/organizations/acme/developers/{MASK}/apps/{MASK}?expand=true")


def test_the_template_of_a_path_stays_readable() -> None:
    assert mask("GET developers/{developer}/apps/{app}: 404") == (
        "GET developers/{developer}/apps/{app}: 404"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Apigee answered 404 after 120 ms",
        "status code: 404, state of the app: approved",
        '{"code": 404, "status": "approved"}',
        "A service account is used; see the documentation of authorization.",
        "app.services.products.list",
        "version 1.2.3 of python3.11.7",
        "/apps/<name>/keys/<key_id>",
        "https://apigee.googleapis.com/v1/organizations/acme/apiproducts?expand=true",
        "2026-11-22T04:28:25.123456+00:00",
    ],
)
def test_plain_facts_stay_readable(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", [*SECRETIVE, JWT])
def test_no_pattern_finds_anything_in_letters_and_digits_alone(text: str) -> None:
    bare = "".join(filter(str.isalnum, text))
    assert not any(pattern.search(bare) for pattern, _ in PATTERNS)


def test_only_the_secret_itself_is_taken_out() -> None:
    text = f"POST /token client_id=portal&client_secret={SECRET}&scope=openid answered 401"

    assert mask(text) == (
        f"POST /token client_id=portal&client_secret={MASK}&scope=openid answered 401"
    )


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "ey-" * 50_000, "://" * 50_000, "code=" * 30_000, "'\\" * 50_000]
)
def test_a_huge_text_is_cut_and_masked_in_good_time(text: str) -> None:
    begun = datetime.now(UTC)  # noqa: TID251 - real time is measured here
    masked = mask(text)
    took = datetime.now(UTC) - begun  # noqa: TID251 - real time is measured here

    assert len(masked) <= LONGEST + 10
    assert took.total_seconds() < 3


def test_handlers_of_others_mask_as_well(log: Log) -> None:
    del log
    stream = io.StringIO()
    other = logging.StreamHandler(stream)
    logging.getLogger().addHandler(other)
    logs.configure("INFO", io.StringIO())
    logs.configure("INFO", io.StringIO())

    logger.info("client_secret=%s", SECRET)

    assert stream.getvalue() == f"client_secret={MASK}\n"
    assert len([found for found in other.filters if isinstance(found, MaskingFilter)]) == 1

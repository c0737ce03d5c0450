"""Which refusal of Apigee means what, in both flavours' words."""

import pytest

from app.apigee.errors import retry_after
from app.apigee.exchange import Answer
from app.apigee.flavor import Flavor
from app.domain.apps import NewApp
from app.domain.developers import DeveloperStatus, NewDeveloper
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Upstream,
    UpstreamKind,
)
from tests.unit.apigee.speaking import Speaker
from tests.unit.apigee.upstream import Reply, edge_error, named, reply, x_error
from tests.unit.apigee.upstream import Upstream as Server

DANA = NewDeveloper("dana@example.com", "Dana", "Reyes", "dana")
NEW = NewApp("trip", "Trip", ("weather-free",))
FAULT = {
    "fault": {
        "faultstring": "x",
        "detail": {"errorcode": "messaging.adaptors.http.flow.ApplicationNotFound"},
    }
}


@pytest.mark.parametrize("refusal", [edge_error, x_error])
def test_a_missing_app_is_not_found(server: Server, speaker: Speaker, refusal: type) -> None:
    server.answer(refusal(404, "developer.service.AppDoesNotExist"))
    with pytest.raises(NotFound, match=r"There is no such app\."):
        speaker.apigee().apps.get("dana@example.com", "trip")


def test_a_missing_developer_is_not_found(server: Server, speaker: Speaker) -> None:
    server.answer(edge_error(404, "developer.service.DeveloperDoesNotExist"))
    with pytest.raises(NotFound, match=r"There is no such developer\."):
        speaker.apigee().developers.set_status("d@example.com", DeveloperStatus.ACTIVE)


@pytest.mark.parametrize(
    "answer",
    named(
        page=reply(404, "<h1>That is an error</h1>", kind="text/html"),
        organization=edge_error(404, "messaging.config.beans.OrganizationDoesNotExist"),
        gateway=reply(404, FAULT),
        empty=reply(404, {}),
        list=reply(404, []),
        cut=reply(404, b"{"),
        deep=reply(404, b"[" * 9000),
        sentence=reply(404, {"code": "not a code at all"}),
        number=reply(404, {"code": 404}),
    ),
)
def test_a_404_that_is_not_about_the_object_is_a_failure(
    server: Server, speaker: Speaker, answer: Reply
) -> None:
    server.answer(answer)
    with pytest.raises(Upstream) as failed:
        speaker.apigee().developers.get("dana@example.com")
    assert failed.value.kind is UpstreamKind.FAILED


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 404, "status": "NOT_FOUND"}},
        {"error": {"code": 404, "status": "NOT_FOUND", "details": []}},
        {"error": {"code": 404, "status": "NOT_FOUND", "details": [{"violations": []}]}},
        {"error": {"code": 404, "status": "NOT_FOUND", "details": ["x"]}},
    ],
)
def test_x_without_details_is_understood_by_its_status_word(
    server: Server, speaker: Speaker, body: object
) -> None:
    server.answer(reply(404, body))
    with pytest.raises(NotFound):
        speaker.apigee().developers.get("dana@example.com")


@pytest.mark.parametrize("refusal", [edge_error, x_error])
def test_a_taken_name_already_exists(server: Server, speaker: Speaker, refusal: type) -> None:
    server.answer(refusal(409, "developer.service.AppAlreadyExists"))
    with pytest.raises(AlreadyExists, match="There is an app with that name already"):
        speaker.apigee().apps.create("dana@example.com", NEW)


@pytest.mark.parametrize(
    ("code", "status", "fields"),
    [
        ("developer.service.InvalidEmail", 400, {"email"}),
        ("developer.service.CreateFieldsAbsent", 400, {"first_name", "last_name", "user_name"}),
        ("keymanagement.service.app_invalid_name", 400, {"display_name"}),
        ("keymanagement.service.ApiProductsRequired", 400, {"products"}),
        ("cps.kms.ApiProductDoesNotExist", 400, {"products"}),
        ("cps.kms.ApiProductDoesNotExist", 404, {"products"}),
        ("keymanagement.service.apiproduct_doesnot_exist", 404, {"products"}),
    ],
)
@pytest.mark.parametrize("refusal", [edge_error, x_error])
def test_a_refused_value_names_its_field(
    server: Server, speaker: Speaker, refusal: type, code: str, status: int, fields: set[str]
) -> None:
    server.answer(refusal(status, code))
    with pytest.raises(InvalidInput) as invalid:
        speaker.apigee().developers.create(DANA)
    assert set(invalid.value.fields) == fields
    assert "secret-key" not in str(invalid.value.fields)


def test_any_other_400_is_a_refusal_with_its_code(server: Server, speaker: Speaker) -> None:
    server.answer(x_error(400, "mint.stillReferenced", "FAILED_PRECONDITION"))
    with pytest.raises(Upstream) as refused:
        speaker.apigee().apps.create("dana@example.com", NEW)
    assert (refused.value.kind, refused.value.code) == (
        UpstreamKind.REFUSED,
        "mint.stillReferenced",
    )
    assert not isinstance(refused.value, OutcomeUnknown)


@pytest.mark.parametrize(
    "answer",
    named(
        unauthenticated=edge_error(401, "security.authentication.failed"),
        old_edge=edge_error(500, "usersandroles.SsoInternalServerError"),
        page=reply(403, "Forbidden", kind="text/html"),
    ),
)
def test_a_refused_portal_says_what_to_check(
    server: Server, speaker: Speaker, answer: Reply
) -> None:
    server.answer(answer)
    with pytest.raises(Upstream, match="credentials, their role, and the name") as refused:
        speaker.apigee(Flavor.EDGE).apps.create("dana@example.com", NEW)
    assert refused.value.kind is UpstreamKind.CREDENTIALS


def test_a_right_that_is_missing_is_no_question_of_credentials(
    server: Server, speaker: Speaker
) -> None:
    server.answer(x_error(403, "", "PERMISSION_DENIED"))
    with pytest.raises(Upstream, match="check the role of its account") as refused:
        speaker.apigee().apps.create("dana@example.com", NEW)
    assert "credentials" not in refused.value.message


def test_too_many_calls_are_busy_with_the_seconds(server: Server, speaker: Speaker) -> None:
    server.answer(reply(429, {}, headers={"Retry-After": "17"}))
    with pytest.raises(Upstream) as busy:
        speaker.apigee().apps.create("dana@example.com", NEW)
    assert (busy.value.kind, busy.value.retry_after) == (UpstreamKind.BUSY, 17)
    assert not isinstance(busy.value, OutcomeUnknown)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failed_write_may_have_been_made(server: Server, speaker: Speaker, status: int) -> None:
    server.answer(reply(status, "<h1>Bad gateway</h1>", kind="text/html"))
    with pytest.raises(OutcomeUnknown) as unknown:
        speaker.apigee().apps.create("dana@example.com", NEW)
    assert unknown.value.kind is UpstreamKind.FAILED
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "answer",
    named(
        no_content=reply(204, b""),
        blank=reply(200, b""),
        page=reply(200, "<p>Sign in</p>", kind="text/html"),
        cut=reply(200, b'{"email": '),
        bytes=reply(200, b"\xff\xfe"),
        list=reply(200, []),
        null=reply(200, None),
        number=reply(200, "7"),
        empty=reply(200, {}),
        wrong_type=reply(200, {"email": ["x"]}),
        boolean=reply(200, {"email": True}),
        attributes=reply(200, {"email": "d@example.com", "attributes": [1]}),
        attributes_text=reply(200, {"email": "d@example.com", "attributes": "x"}),
        time=reply(200, {"email": "d@example.com", "createdAt": "yesterday"}),
        deep=reply(200, b"[" * 9000),
        huge=reply(200, b'{"email": "' + b"x" * 30_000 + b'"}'),
    ),
)
def test_a_read_without_a_usable_answer_is_upstream(
    server: Server, speaker: Speaker, answer: Reply
) -> None:
    server.answer(answer)
    with pytest.raises(Upstream) as broken:
        speaker.apigee().developers.get("dana@example.com")
    assert broken.value.kind is UpstreamKind.BROKEN_ANSWER
    assert not isinstance(broken.value, OutcomeUnknown)
    assert len(server.seen) == 1
    server.seen.clear()
    with pytest.raises(OutcomeUnknown):
        speaker.apigee().developers.create(DANA)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("5", "", 5),
        (" 0 ", "", 0),
        ("9" * 400, "", 999_999_999),
        ("9" * 5000, "", 999_999_999),
        ("Wed, 21 Oct 2026 07:28:30 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:30 GMT", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00", None),
        ("-5", "", None),
        ("soon", "", None),
        ("", "", None),
    ],
)
def test_how_long_to_wait_is_read_from_seconds_and_dates(
    value: str, date: str, seconds: int | None
) -> None:
    assert retry_after(Answer(429, {"Retry-After": value, "Date": date}, b"")) == seconds

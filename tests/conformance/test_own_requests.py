"""What the portal itself sends is read more strictly than what others send."""

import pytest

from app.apigee.exchange import USER_AGENT
from emulator.messages import Exchange, Request, Response
from tests.conformance.discovery import PORTAL, Discovery, load
from tests.conformance.exchanges import (
    APP,
    DEVELOPER,
    ONE,
    REFUSAL,
    exchange,
)
from tests.conformance.inspector import Inspector


@pytest.fixture(scope="module")
def discovery() -> Discovery:
    return load()


def own(body: object, agent: str = "apigee-developer-portal") -> Exchange:
    """A developer sent by a client that names itself so."""
    made = exchange(f"PUT {ONE}", DEVELOPER, body=body)
    request = Request("PUT", ONE, {"user-agent": agent}, made.request.body)
    return Exchange("x", request, made.response)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"createdAt": "1"}, "breaks additionalProperties"),
        ({"email": None}, "email: breaks type"),
        ({"mail": "a"}, "breaks additionalProperties"),
    ],
    ids=["output only", "null", "unknown"],
)
def test_our_own_requests_are_read_more_strictly(
    discovery: Discovery, body: object, said: str
) -> None:
    assert any(said in each for each in discovery.check(own(body)))
    others = discovery.check(own(body, "python-requests"))
    assert bool(others) is ("mail" in str(body) and "email" not in str(body))


def test_our_own_numbers_of_64_bits_are_texts(discovery: Discovery) -> None:
    line = f"POST {ONE}/apps"
    for body, wrong in (({"keyExpiresIn": 60}, True), ({"keyExpiresIn": "60"}, False)):
        made = exchange(line, APP, 201, body)
        request = Request(
            "POST", f"{ONE}/apps", {"user-agent": "apigee-developer-portal"}, made.request.body
        )
        assert bool(discovery.check(Exchange("x", request, made.response))) is wrong


def test_our_own_requests_are_read_whatever_is_answered(discovery: Discovery) -> None:
    sent = own({"mail": "a"}).request
    page = Response(502, b"<html>", {"Content-Type": "text/html"})
    refused = exchange(f"PUT {ONE}", REFUSAL, 404).response
    for response in (page, refused):
        problems = discovery.check(Exchange("x", sent, response))
        assert [each for each in problems if "breaks additionalProperties" in each]
    inspector = Inspector()
    inspector(Exchange("x", sent, page, injected=True))
    assert len(inspector.take()) == 1
    assert inspector.answered["x"] == 0


def test_the_portal_names_itself_so_that_its_requests_are_known() -> None:
    assert USER_AGENT.startswith(PORTAL)

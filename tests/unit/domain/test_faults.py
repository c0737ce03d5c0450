"""Reading pasted faults: every code, in every form that people paste, and honest about the rest."""

import json

import pytest

from app.domain.chain import Link
from app.domain.fault_codes import COVERAGE, KNOWN
from app.domain.faults import LONGEST_PASTE, NO_FAULT, possible_keys, read_fault

KEY = "Zk3TnQbL0Vh8sYw2"


def body(code: str, text: str = "Something") -> str:
    return json.dumps({"fault": {"faultstring": text, "detail": {"errorcode": code}}})


def forms(code: str) -> list[str]:
    """Return the ways in which the same fault is pasted."""
    return [
        body(code),
        json.dumps(body(code)),
        f"<fault><faultstring>x</faultstring><detail><errorcode>{code}</errorcode></detail></fault>",
        f"HTTP/1.1 401 Unauthorized\n\n{body(code)}",
        f"2026-03-01 12:00 ERROR call failed: {code} (401)",
        f"errorcode: {code}",
    ]


@pytest.mark.parametrize("code", list(KNOWN))
@pytest.mark.parametrize("prefix", ["keymanagement.service.", "oauth.v2.", "steps.oauth.v2."])
def test_a_code_is_read_in_every_form_and_with_every_prefix(code: str, prefix: str) -> None:
    for pasted in forms(f"{prefix}{code}"):
        found = read_fault(pasted)
        assert (found.links, found.code) == (KNOWN[code].links, f"{prefix}{code}"), pasted


@pytest.mark.parametrize(
    ("pasted", "links"),
    [
        ('{"ErrorCode": "invalid_client", "Error": "ClientId is Invalid"}', (Link.CALL,)),
        ("Invalid ApiKey for given resource", COVERAGE),
        ("Invalid ApiKey", (Link.CALL,)),
        ("ApiKey not approved", (Link.KEY,)),
        ("Rate limit quota violation. Quota limit  exceeded.", (Link.QUOTA,)),
        ("Spike arrest violation. Allowed rate : 10ps", (Link.QUOTA,)),
        ("Invalid API call as no apiproduct match found", COVERAGE),
        ("Developer Status is not Active", (Link.DEVELOPER,)),
        ("Key Expired", (Link.EXPIRY,)),
    ],
)
def test_words_without_a_code_are_understood(pasted: str, links: tuple[Link, ...]) -> None:
    assert read_fault(pasted).links == links


def test_an_unknown_code_is_shown_and_said_to_be_unknown() -> None:
    found = read_fault(body("steps.javascript.ScriptExecutionFailed"))
    assert (found.is_known, found.code) == (False, "steps.javascript.ScriptExecutionFailed")
    assert "does not know" in found.text


def test_an_unknown_code_that_may_be_a_key_is_not_shown() -> None:
    found = read_fault(body(KEY))
    assert (found.is_known, found.code) == (False, "")


@pytest.mark.parametrize("pasted", ["", "hello", KEY, "<html>502 Bad Gateway</html>", "[" * 9000])
def test_what_is_no_fault_is_called_none(pasted: str) -> None:
    assert read_fault(pasted) == NO_FAULT


def test_what_is_beyond_the_bound_is_not_read() -> None:
    assert read_fault(" " * LONGEST_PASTE + body("oauth.v2.InvalidApiKey")) == NO_FAULT


def test_codes_that_no_document_lists_are_marked() -> None:
    assert not KNOWN["ApiKeyNotApproved"].certain
    assert KNOWN["InvalidApiKeyForGivenResource"].certain


@pytest.mark.parametrize(
    "pasted",
    [
        KEY,
        f"curl -H 'x-apikey: {KEY}' http://localhost/today",
        f"http://localhost/today?apikey={KEY}&city=Lisbon",
        f'{{"key": "{KEY}"}}',
        f"X-ApiKey={KEY}",
    ],
)
def test_a_key_is_found_wherever_it_stands(pasted: str) -> None:
    assert KEY in set(possible_keys(pasted))


def test_only_so_many_words_are_looked_at() -> None:
    assert len(list(possible_keys(" ".join(f"word-{number:05}" for number in range(900))))) == 400

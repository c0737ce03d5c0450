"""The settings of further organizations: tables by name, each let in by itself."""

from pathlib import Path

import pytest

from app.domain.outgoing import Outgoing
from app.services.meter import Meter
from app.upstream import further
from tests.unit.starting import EDGE, GOOD, Refusal, Start

PARTNERS = {
    name.replace("APIGEE", "ORGANIZATIONS__PARTNERS"): value
    for name, value in EDGE.items()
    if "FILE" not in name
} | {"PORTAL_ORGANIZATIONS__PARTNERS__ORGANIZATION": "acme-partners"}
PASSWORD = "PORTAL_ORGANIZATIONS__PARTNERS__PASSWORD"


def test_a_portal_needs_no_further_organization(start: Start) -> None:
    assert start().organizations == {}


def test_an_organization_has_all_that_the_portals_own_has(start: Start, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("from-a-file\n")
    settings = start({**GOOD, **PARTNERS, PASSWORD: None, f"{PASSWORD}_FILE": str(secret)})
    partners = settings.organizations["partners"]
    assert (partners.organization, partners.flavor) == ("acme-partners", "edge")
    assert partners.password is not None
    assert partners.password.get_secret_value() == "from-a-file"
    assert "from-a-file" not in repr(settings)
    connected = further(settings, Outgoing(), Meter(), lambda: b"key")
    assert list(connected) == ["partners"]


def test_a_mistake_names_the_variable(refusal: Refusal) -> None:
    told = refusal({**PARTNERS, PASSWORD: None})
    assert "PORTAL_ORGANIZATIONS__PARTNERS__AUTH" in told
    assert "needs username and password" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {
                "PORTAL_ORGANIZATIONS__PARTNERS__ORGANIZATION": "ACME",
                "PORTAL_ORGANIZATIONS__PARTNERS__ENDPOINT": "https://apigee.googleapis.com/v1",
                "PORTAL_ORGANIZATIONS__PARTNERS__FLAVOR": "x",
                "PORTAL_ORGANIZATIONS__PARTNERS__AUTH": "metadata",
                "PORTAL_ORGANIZATIONS__PARTNERS__USERNAME": None,
                PASSWORD: None,
            },
            "partners is an organization that is set already",
        ),
        (
            {
                name.replace("PARTNERS", "1ST"): value
                for name, value in PARTNERS.items()
                if name != PASSWORD
            }
            | dict.fromkeys(PARTNERS)
            | {"PORTAL_ORGANIZATIONS__1ST__PASSWORD": "edge-password"},
            "named by small letters",
        ),
    ],
    ids=["twice", "name"],
)
def test_an_organization_twice_or_a_bad_name_is_refused(
    changes: dict[str, str | None], told: str, refusal: Refusal
) -> None:
    assert told in refusal({**PARTNERS, **changes})

"""The cases of the truth kit mean the same in the fake and on both flavours."""

import pytest

from app.domain.truth import Patience, ProbeNames
from app.services.truth.cases import CASES, Case
from app.services.truth.stage import OrganizationPorts, Stage
from tests.contract.organizations import Organization


def stage_of(organization: Organization) -> Stage:
    """Return a stage whose organization shows everything at once."""
    return Stage(
        ports=OrganizationPorts(
            organization=organization.organization,
            developers=organization.developers,
            apps=organization.apps,
            organization_apps=organization.organization_apps,
            keys=organization.keys,
            products=organization.products,
        ),
        names=ProbeNames("0123abcd"),
        note=lambda _: None,
        patience=Patience(seconds=0),
        is_edge=organization.kind == "edge",
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case(case: Case, organization: Organization) -> None:
    case(stage_of(organization))

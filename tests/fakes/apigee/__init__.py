"""The Apigee ports in dicts over one ``FakeApigee``, proven by tests/contract.

A test adds developers, apps and products, hands ``fake.developers`` and its sisters to the
services, counts ``fake.calls`` and makes calls fail with ``fake.fail(...)``.
"""

from dataclasses import dataclass

from tests.fakes.apigee.apps import FakeApps, FakeOrganizationApps
from tests.fakes.apigee.developers import FakeDevelopers
from tests.fakes.apigee.keys import FakeKeys
from tests.fakes.apigee.organization import FakeOrganization, FakeProducts
from tests.fakes.apigee.state import FakeState, fake_fingerprint
from tests.fakes.apigee.stats import FakeStats

__all__ = ["FakeApigee", "fake_fingerprint"]


@dataclass
class FakeApigee(FakeState):
    """An organization in memory with its ports; the calls to them are in ``calls``."""

    def __post_init__(self) -> None:
        self.organization = FakeOrganization(self)
        self.developers = FakeDevelopers(self)
        self.apps = FakeApps(self)
        self.organization_apps = FakeOrganizationApps(self)
        self.keys = FakeKeys(self)
        self.products = FakeProducts(self)
        self.stats = FakeStats(self)

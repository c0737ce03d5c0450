"""A house with one app of one key, and the services that change keys."""

from dataclasses import dataclass, field

from app.domain.apps import DeveloperApp
from app.domain.developers import Owner
from app.domain.keys import ApprovalStatus, Key
from app.domain.policy import KeyPolicy
from app.services.key_addition import KeyAddition
from app.services.key_changes import KeyChanges
from app.services.key_ledger import KeyLedger
from app.services.key_products import KeyProducts
from app.services.key_room import KeyRoom
from app.services.memories import Memories
from app.services.retirement import Retirement
from app.services.rotation import Rotation
from app.services.trail import Trail
from app.services.turns import Turns
from tests.fakes.jobs import FakeJobs
from tests.fakes.notes import FakeNotes
from tests.unit.services.house import DANA, House, build

APPROVED, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.REVOKED
PENDING = ApprovalStatus.PENDING


@dataclass
class Desk:
    """Dana's app ``trip`` with one key, and everything that can be done to it."""

    house: House = field(default_factory=build)
    notes: FakeNotes = field(default_factory=FakeNotes)
    policy: KeyPolicy = field(default_factory=KeyPolicy)

    def __post_init__(self) -> None:
        house, apigee = self.house, self.house.apigee
        house.account_of()
        key = apigee.new_key("weather-free")
        apigee.add_app(DANA, "trip", key)
        self.key_id = key.key_id
        self.jobs = FakeJobs(house.clock)
        trail = Trail(house.audit, house.clock)
        mail = house.portal.work.mail.mail
        ledger = KeyLedger(house.accounts, self.notes, trail, house.clock, mail)
        products = KeyProducts(house.portal.products, self.notes)
        self.memories = Memories(self.notes, self.jobs)
        self.retirement = Retirement(
            apigee.organization_apps,
            apigee.developers,
            apigee.keys,
            ledger,
            house.clock,
            house.portal.products,
            mail,
        )
        room = KeyRoom(apigee.apps, Turns(house.creations, house.clock, self.nap))
        self.rotation = Rotation(
            apigee.apps,
            apigee.keys,
            house.portal.products,
            self.jobs,
            ledger,
            self.retirement,
            house.clock,
            room,
            self.policy,
            sleep=self.nap,
        )
        self.addition = KeyAddition(
            apigee.keys,
            house.creations,
            products,
            ledger,
            house.clock,
            self.policy,
            room,
            self.nap,
        )
        self.changes = KeyChanges(
            apigee.apps,
            apigee.keys,
            products,
            self.memories,
            self.jobs,
            ledger,
            house.clock,
        )

    def nap(self, seconds: float) -> None:
        """Let time pass, and what the test has planned for the next nap happen."""
        self.house.clock.pass_by(seconds)
        if self.house.naps:
            self.house.naps.pop(0)()

    @property
    def owner(self) -> Owner:
        """Dana, as the next request finds her."""
        return self.house.owner()

    def app(self) -> DeveloperApp:
        """The app as Apigee has it."""
        return self.house.apigee.by_app[DANA, "trip"]

    def key(self, key_id: str = "") -> Key:
        """A key of it, the first one unless named."""
        return next(key for key in self.app().keys if key.key_id == (key_id or self.key_id))

    def statuses(self) -> dict[str, ApprovalStatus]:
        """The keys with their statuses."""
        return {key.key_id: key.status for key in self.app().keys}

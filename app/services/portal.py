"""The portal: every service in one frozen thing, built by the factory and handed to the routes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.domain.clock import Clock
from app.domain.jobs import Job, JobKind
from app.domain.people import Roles
from app.services.account_services import AccountServices
from app.services.app_creation import AppCreation
from app.services.app_editing import AppEditing
from app.services.app_office import AppOffice
from app.services.approvals.services import Approvals
from app.services.apps import Apps
from app.services.audit_office import AuditOffice
from app.services.developer_office.office import DeveloperOffice
from app.services.developer_status import DeveloperStatuses
from app.services.developers import Developers
from app.services.doctor import Doctor
from app.services.exports.exports import Exports
from app.services.figures.office import FigureOffice
from app.services.job_office import JobOffice
from app.services.job_port import JobQueue
from app.services.key_addition import KeyAddition
from app.services.key_changes import KeyChanges
from app.services.keys import Keys
from app.services.mail.mail import MailServices
from app.services.meter import Meter
from app.services.ports import IdentityProvider
from app.services.products import Products
from app.services.reading.reading import Reading
from app.services.registration import Registration
from app.services.rotation import Rotation
from app.services.session_office import SessionOffice
from app.services.session_port import SignInSessions
from app.services.sign_in import SignIn
from app.services.status.office import StatusOffice
from app.services.sync.office import SyncOffice
from app.services.tidying import Chore
from app.services.trail import Trail
from app.services.try_it.try_it import TryIt
from app.services.usage import AppUsage
from app.services.viewing import ViewAs


@dataclass(frozen=True, slots=True)
class Presentation:
    """How the portal is presented: what people read and where it is reached.

    ``product_labels`` names the attributes of products that are shown, each with its label.
    """

    name: str
    tagline: str
    support_contact: str
    public_url: str
    public_reading: bool
    product_labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Work:
    """What the portal does later, mail among it: for people, and for the worker."""

    office: JobOffice
    queue: JobQueue
    handlers: Mapping[JobKind, Callable[[Job], None]]
    chores: Mapping[JobKind, Chore]
    mail: MailServices


@dataclass(frozen=True, slots=True)
class Portal:
    """What a route can ask for; ``ready`` says whether the database can be used.

    ``apigee_answers`` says what the last calls to Apigee showed.
    """

    presentation: Presentation
    roles: Roles
    apps: Apps
    creation: AppCreation
    editing: AppEditing
    app_office: AppOffice
    usage: AppUsage
    keys: Keys
    key_addition: KeyAddition
    key_changes: KeyChanges
    rotation: Rotation
    doctor: Doctor
    try_it: TryIt
    work: Work
    products: Products
    reading: Reading
    developers: Developers
    developer_office: DeveloperOffice
    exports: Exports
    statuses: DeveloperStatuses
    registration: Registration
    sign_in: SignIn
    accounts: AccountServices
    providers: Mapping[str, IdentityProvider]
    session_office: SessionOffice
    sync: SyncOffice
    approvals: Approvals
    audit: AuditOffice
    status: StatusOffice
    view_as: ViewAs
    trail: Trail
    clock: Clock
    meter: Meter
    ready: Callable[[], bool]
    apigee_answers: Callable[[], bool]
    figures: FigureOffice

    @property
    def sessions(self) -> SignInSessions:
        """The sign-in sessions themselves, which every request reads."""
        return self.session_office.sessions

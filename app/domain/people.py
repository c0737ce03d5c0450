"""People: who the identity provider says they are, and what they may do here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from app.domain.developers import Owner
from app.domain.emails import is_same_address
from app.domain.registrations import Standing


class Permission(StrEnum):
    """One right; routes name the right they need, never a role.

    The values are what settings say: a right is added, never renamed. ``MEANING`` explains each.
    """

    USE_APPS = "use_apps"
    READ_DEVELOPERS = "read_developers"
    EXPORT_DEVELOPERS = "export_developers"
    CHANGE_DEVELOPER_STATUS = "change_developer_status"
    CHANGE_DEVELOPERS = "change_developers"
    DELETE_DEVELOPERS = "delete_developers"
    READ_APPS = "read_apps"
    CHANGE_APPS = "change_apps"
    REVEAL_KEYS = "reveal_keys"
    READ_APPROVALS = "read_approvals"
    DECIDE_APPROVALS = "decide_approvals"
    ALL_PRODUCTS = "all_products"
    READ_AUDIT = "read_audit"
    EXPORT_AUDIT = "export_audit"
    READ_JOBS = "read_jobs"
    CHANGE_JOBS = "change_jobs"
    END_SESSIONS = "end_sessions"
    READ_ACCOUNTS = "read_accounts"
    CHANGE_ACCOUNTS = "change_accounts"
    READ_STATUS = "read_status"
    SYNCHRONIZE = "synchronize"
    VIEW_AS = "view_as"


MEANING: Final[Mapping[Permission, str]] = MappingProxyType(
    {
        Permission.USE_APPS: "have apps and keys of one's own; everybody who signs in has it",
        Permission.READ_DEVELOPERS: "search developers; see their apps, masked keys and account",
        Permission.EXPORT_DEVELOPERS: "download developers, their apps and products as tables",
        Permission.CHANGE_DEVELOPER_STATUS: "activate and deactivate developers",
        Permission.CHANGE_DEVELOPERS: "add and invite developers; edit details and attributes",
        Permission.DELETE_DEVELOPERS: "delete developers with their apps and keys",
        Permission.READ_APPS: "open developers' apps with masked keys; find them by ID or key",
        Permission.CHANGE_APPS: "create, edit and delete developers' apps and keys for them",
        Permission.REVEAL_KEYS: "show and compare keys and secrets of developers' apps",
        Permission.READ_APPROVALS: "see who waits for access to one's own products",
        Permission.DECIDE_APPROVALS: "approve and refuse access to one's own products",
        Permission.ALL_PRODUCTS: "do so for every product, whoever owns it",
        Permission.READ_AUDIT: "read the audit log",
        Permission.EXPORT_AUDIT: "download the audit log",
        Permission.READ_JOBS: "see what the portal does later",
        Permission.CHANGE_JOBS: "hasten and cancel jobs",
        Permission.END_SESSIONS: "end other people's sign-in sessions",
        Permission.READ_ACCOUNTS: "search portal accounts; see their roles and sessions",
        Permission.CHANGE_ACCOUNTS: "block sign-in, grant roles, link accounts to developers",
        Permission.READ_STATUS: "see how the portal, Apigee and sign-in are doing, and check them",
        Permission.SYNCHRONIZE: "compare the developers here with those on Apigee, and synchronize",
        Permission.VIEW_AS: "see apps and products as a developer does, without changing anything",
    }
)

# The right is used from a page that one of these opens.
USED_WITH: Final[Mapping[Permission, tuple[Permission, ...]]] = MappingProxyType(
    {
        Permission.CHANGE_DEVELOPER_STATUS: (Permission.READ_DEVELOPERS,),
        Permission.CHANGE_DEVELOPERS: (Permission.READ_DEVELOPERS,),
        Permission.DELETE_DEVELOPERS: (Permission.READ_DEVELOPERS,),
        Permission.VIEW_AS: (Permission.READ_DEVELOPERS,),
        Permission.CHANGE_APPS: (Permission.READ_APPS,),
        Permission.REVEAL_KEYS: (Permission.READ_APPS,),
        Permission.CHANGE_ACCOUNTS: (Permission.READ_ACCOUNTS,),
        Permission.END_SESSIONS: (Permission.READ_ACCOUNTS, Permission.READ_DEVELOPERS),
        Permission.DECIDE_APPROVALS: (Permission.READ_APPROVALS,),
        Permission.ALL_PRODUCTS: (Permission.READ_APPROVALS,),
        Permission.EXPORT_AUDIT: (Permission.READ_AUDIT,),
        Permission.CHANGE_JOBS: (Permission.READ_JOBS,),
    }
)

ADMINISTRATOR: Final = "administrator"
SUPPORT: Final = "support"
PRODUCT_OWNER: Final = "product_owner"
DEVELOPER: Final = "developer"

BUILT_IN: Final[Mapping[str, frozenset[Permission]]] = MappingProxyType(
    {
        DEVELOPER: frozenset({Permission.USE_APPS}),
        SUPPORT: frozenset(
            {
                Permission.READ_DEVELOPERS,
                Permission.READ_APPS,
                Permission.READ_ACCOUNTS,
                Permission.READ_APPROVALS,
                Permission.ALL_PRODUCTS,
                Permission.READ_AUDIT,
                Permission.READ_JOBS,
                Permission.READ_STATUS,
            }
        ),
        PRODUCT_OWNER: frozenset({Permission.READ_APPROVALS, Permission.DECIDE_APPROVALS}),
        ADMINISTRATOR: frozenset(Permission),
    }
)


@dataclass(frozen=True, slots=True)
class Roles:
    """Every role there is and the rights it gives: the four built-in ones and the operator's."""

    own: Mapping[str, frozenset[Permission]] = field(default_factory=dict)

    @property
    def by_name(self) -> Mapping[str, frozenset[Permission]]:
        """Each role with its rights; an operator's role never changes a built-in one."""
        return {**self.own, **BUILT_IN}

    def permissions_of(self, roles: Iterable[str]) -> frozenset[Permission]:
        """Return the rights of these roles; everybody who signs in has a developer's.

        An unknown role gives nothing.
        """
        given = (self.by_name.get(role, frozenset()) for role in roles)
        return frozenset().union(BUILT_IN[DEVELOPER], *given)

    def without_pages(self) -> Iterator[tuple[str, Permission]]:
        """Yield roles, each with a right of theirs that is used from pages they do not open."""
        for name, rights in self.by_name.items():
            for right in sorted(rights & USED_WITH.keys()):
                if rights.isdisjoint(USED_WITH[right]):
                    yield name, right

    def permit(self, person: "Account", permission: Permission) -> bool:
        """Tell whether somebody has the right: pages, menus and guards all ask here."""
        return permission in self.permissions_of(person.roles)


def role_words(roles: Iterable[str]) -> str:
    """Write roles down for the audit log."""
    return ", ".join(sorted(roles)) or "no role"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider has proven about a person at one sign-in."""

    provider: str
    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    first_name: str = ""
    last_name: str = ""
    user_name: str = ""
    roles: frozenset[str] = frozenset()
    sid: str = ""
    authenticated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A portal account: one (issuer, subject), with the developer it is linked to.

    ``developer_email`` and ``developer_id`` are empty until the person is a developer;
    ``is_remembered`` is what their ``Owner`` says, ``standing`` how far a registration is.
    ``roles`` are all that count: those that the provider claims and those that were granted here.
    Whoever ``is_unlinked`` was taken off a developer by hand, and is linked again by hand only.
    ``signed_out_at`` is when all of the person's sessions were ended last.
    """

    account_id: int
    issuer: str
    subject: str
    email: str
    email_verified: bool
    first_name: str
    last_name: str
    user_name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    blocked: bool = False
    developer_email: str = ""
    developer_id: str = ""
    generation: int = 0
    terms_version: str = ""
    standing: Standing = Standing.NOTHING
    granted_roles: frozenset[str] = field(default_factory=frozenset)
    claimed_roles: frozenset[str] = field(default_factory=frozenset)
    names_edited: bool = False
    is_unlinked: bool = False
    signed_out_at: datetime | None = None
    is_remembered: bool = field(default=True, compare=False)

    @property
    def name(self) -> str:
        """First and last name, or what else identifies the person."""
        return f"{self.first_name} {self.last_name}".strip() or self.email or self.user_name

    @property
    def differs_from_apigee(self) -> bool:
        """Whether the provider's address is another one than the developer's, but for case."""
        return bool(self.email and self.developer_email) and not is_same_address(
            self.email, self.developer_email
        )

    @property
    def is_developer(self) -> bool:
        """Whether the account is linked to a developer on Apigee."""
        return bool(self.developer_email)

    @property
    def owner(self) -> Owner:
        """Whose apps this person works on in My Apps."""
        return Owner(
            self.developer_email,
            self.developer_id,
            self.generation,
            self.is_remembered,
            self.account_id,
        )

    @property
    def audience(self) -> frozenset[str]:
        """The roles that decide which products are seen; who is signed in is a developer, too."""
        return self.roles | {DEVELOPER}

"""Portal accounts: who signed in, and which developer on Apigee they are."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import JSON, Case, ColumnElement, Index, UniqueConstraint, case, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.expression import bindparam

from app.domain.developers import Developer
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, NotFound
from app.domain.people import Account, Identity
from app.domain.registrations import Standing
from app.store.base import Base, SessionFactory, table_of, transaction, upsert_into
from app.store.developer_counts import note_apps
from app.store.developer_sign_ins import note_sign_in
from app.store.words import sort_name


class AccountRow(Base):
    """One account; the link's three columns are NULL until the person is a developer.

    ``roles`` are those that the provider claims. ``sort_name``, ``sort_last_name`` and
    ``sort_user_name`` are made from the other columns, for lists and searches.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("organization", "developer_email"),
        UniqueConstraint("organization", "developer_id"),
        Index(None, "sort_name", "id"),
        # An id that was used once stays in the audit log: it never names somebody else.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    email: Mapped[str]
    email_folded: Mapped[str] = mapped_column(index=True)
    email_verified: Mapped[bool]
    first_name: Mapped[str]
    last_name: Mapped[str]
    names_edited: Mapped[bool] = mapped_column(default=False)
    user_name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(JSON)
    granted_roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    blocked: Mapped[bool] = mapped_column(default=False)
    organization: Mapped[str | None]
    developer_email: Mapped[str | None]
    developer_id: Mapped[str | None]
    unlinked: Mapped[bool] = mapped_column(default=False)
    generation: Mapped[int] = mapped_column(default=0)
    terms_version: Mapped[str] = mapped_column(default="")
    terms_accepted_at: Mapped[datetime | None]
    standing: Mapped[str] = mapped_column(default="", server_default="", index=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    signed_out_at: Mapped[datetime | None]
    sort_name: Mapped[str] = mapped_column(default="")
    sort_last_name: Mapped[str] = mapped_column(default="", index=True)
    sort_user_name: Mapped[str] = mapped_column(default="", index=True)


class AccountFacts(NamedTuple):
    """The columns that an ``Account`` is made of."""

    id: int
    issuer: str
    subject: str
    email: str
    email_verified: bool
    first_name: str
    last_name: str
    user_name: str
    roles: list[str]
    blocked: bool
    organization: str | None
    developer_email: str | None
    developer_id: str | None
    generation: int
    terms_version: str
    standing: str
    granted_roles: list[str]
    names_edited: bool
    unlinked: bool
    signed_out_at: datetime | None


ACCOUNT_FACTS: Final = tuple(getattr(AccountRow, name) for name in AccountFacts._fields)


def account_of(
    row: AccountRow | AccountFacts, organization: str, *, is_remembered: bool = True
) -> Account:
    """Return the account; a link to another organization's developer counts for nothing."""
    linked = row.organization == organization
    return Account(
        account_id=row.id,
        issuer=row.issuer,
        subject=row.subject,
        email=row.email,
        email_verified=row.email_verified,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        roles=frozenset((*row.roles, *row.granted_roles)),
        blocked=row.blocked,
        developer_email=(row.developer_email or "") if linked else "",
        developer_id=(row.developer_id or "") if linked else "",
        generation=row.generation,
        terms_version=row.terms_version,
        standing=Standing(row.standing),
        granted_roles=frozenset(row.granted_roles),
        claimed_roles=frozenset(row.roles),
        names_edited=row.names_edited,
        is_unlinked=row.unlinked,
        signed_out_at=row.signed_out_at,
        is_remembered=is_remembered,
    )


_ACCOUNTS: Final = table_of(AccountRow)
_CHANGED: Final = (
    update(_ACCOUNTS)
    .where(
        _ACCOUNTS.c.organization == bindparam("in_organization"),
        _ACCOUNTS.c.developer_email == bindparam("of_email"),
    )
    .values(generation=_ACCOUNTS.c.generation + 1)
)


class AccountStore:
    """``ports.Accounts`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def signed_in(self, identity: Identity, at: datetime) -> Account:
        """Create or refresh the account in one statement, so that two sign-ins make one row."""
        with transaction(self._session) as session:
            row = session.scalars(
                _signed_in(session, identity, at), execution_options={"populate_existing": True}
            ).one()
            name_again(row)
            session.flush()
            note_sign_in(session, row.organization, row.developer_email, at)
            return account_of(row, self._organization)

    def get(self, account_id: int) -> Account:
        """Return one account; raise ``NotFound``."""
        with transaction(self._session) as session:
            return account_of(_row(session, account_id), self._organization)

    def of_subject(self, issuer: str, subject: str) -> Account | None:
        """Return the account of whom a provider calls so, or None."""
        wanted = select(AccountRow).where(
            AccountRow.issuer == issuer, AccountRow.subject == subject
        )
        with transaction(self._session) as session:
            row = session.scalars(wanted).one_or_none()
            return None if row is None else account_of(row, self._organization)

    def link(
        self, account_id: int, developer: Developer, standing: Standing = Standing.NOTHING
    ) -> Account:
        """Tie the account to a developer; raise ``AlreadyExists`` if another one holds it."""
        with transaction(self._session) as session:
            row = _row(session, account_id)
            note_sign_in(session, row.organization, row.developer_email, None)
            row.organization = self._organization
            row.developer_email = developer.email
            row.developer_id = developer.developer_id
            row.standing = standing.value
            row.unlinked = False
            try:
                session.flush()
            except IntegrityError:
                raise AlreadyExists("Another account is this developer already.") from None
            note_sign_in(session, row.organization, row.developer_email, row.last_sign_in_at)
            return account_of(row, self._organization)

    def of_developer(self, developer_email: str) -> Account | None:
        """Return the account that is linked to this developer, or None."""
        linked = select(AccountRow).where(
            AccountRow.organization == self._organization,
            AccountRow.developer_email == developer_email,
        )
        with transaction(self._session) as session:
            row = session.scalars(linked).one_or_none()
            return None if row is None else account_of(row, self._organization)

    def change_roles(self, account_id: int, roles: frozenset[str]) -> None:
        """Set the roles that the provider gives by now."""
        with transaction(self._session) as session:
            session.execute(
                update(AccountRow).where(AccountRow.id == account_id).values(roles=sorted(roles))
            )

    def developer_moved(self, developer: Developer) -> None:
        """Let the link follow a developer to another address, and count the change.

        It is found by the developer's id, so an account that was unlinked since stays unlinked.
        """
        moved = (
            update(AccountRow)
            .where(
                AccountRow.organization == self._organization,
                AccountRow.developer_id == developer.developer_id,
            )
            .values(developer_email=developer.email, generation=AccountRow.generation + 1)
            .execution_options(synchronize_session=False)
        )
        with transaction(self._session) as session:
            try:
                session.execute(moved)
            except IntegrityError:
                raise AlreadyExists("Another account is this developer already.") from None

    def developer_changed(self, developer_email: str, apps: int = 0) -> None:
        """Count a change of this developer, in one statement that no other one can lose."""
        with transaction(self._session) as session:
            which = {"in_organization": self._organization, "of_email": developer_email}
            session.execute(_CHANGED, which)
            if apps:
                note_apps(session, self._organization, developer_email, apps)


def name_again(row: AccountRow) -> None:
    """Make anew what an account is listed and found by."""
    row.sort_name = sort_name(f"{row.first_name} {row.last_name}".strip() or row.email)
    row.sort_last_name = sort_name(row.last_name)
    row.sort_user_name = sort_name(row.user_name)


def _row(session: Session, account_id: int) -> AccountRow:
    row = session.get(AccountRow, account_id)
    if row is None:
        raise NotFound("There is no such account.")
    return row


def _signed_in(session: Session, identity: Identity, at: datetime) -> Any:  # noqa: ANN401 - two dialects' own type
    statement = upsert_into(session, AccountRow).values(
        issuer=identity.issuer,
        subject=identity.subject,
        created_at=at,
        names_edited=False,
        blocked=False,
        granted_roles=[],
        unlinked=False,
        generation=0,
        terms_version="",
        standing="",
        sort_name="",
        sort_last_name="",
        sort_user_name="",
        **_facts(identity, at),
    )
    new, names_stay = statement.excluded, AccountRow.names_edited
    return statement.on_conflict_do_update(
        index_elements=["issuer", "subject"],
        set_=_facts(identity, at)
        | {
            "first_name": _filled(new.first_name, AccountRow.first_name, names_stay),
            "last_name": _filled(new.last_name, AccountRow.last_name, names_stay),
            "user_name": _filled(new.user_name, AccountRow.user_name),
        },
    ).returning(AccountRow)


def _facts(identity: Identity, at: datetime) -> dict[str, object]:
    return {
        "email": identity.email,
        "email_folded": folded_email(identity.email),
        "email_verified": identity.email_verified,
        "first_name": identity.first_name,
        "last_name": identity.last_name,
        "user_name": identity.user_name,
        "roles": sorted(identity.roles),
        "last_sign_in_at": at,
    }


def _filled(
    new: ColumnElement[str],
    old: ColumnElement[str] | Any,  # noqa: ANN401 - a mapped attribute
    keep: ColumnElement[bool] | Any = None,  # noqa: ANN401 - a mapped attribute
) -> Case[str]:
    """Keep the old text where the person edited it, or where the provider says nothing."""
    silent = new == ""
    return case((silent if keep is None else or_(silent, keep), old), else_=new)

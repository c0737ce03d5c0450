"""Registrations under way, and the terms that people accepted."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists
from app.domain.people import Account
from app.domain.registrations import (
    Acceptance,
    Decision,
    RegistrationRequest,
    Standing,
)
from app.store.accounts import AccountRow, account_of
from app.store.base import Base, transaction, upsert_into
from app.store.invitations import InvitationStore


class RegistrationRow(Base):
    """What an account asked for; without ``email_folded`` it was released."""

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("organization", "email_folded"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    organization: Mapped[str]
    request_id: Mapped[str]
    email: Mapped[str]
    email_folded: Mapped[str | None]
    first_name: Mapped[str]
    last_name: Mapped[str]
    user_name: Mapped[str]
    attributes: Mapped[dict[str, str]] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    reason: Mapped[str]


class AcceptanceRow(Base):
    """Who accepted which terms; it outlives the account, whose number is never used again."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (Index(None, "accepted_at"),)

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime]


class RegistrationStore(InvitationStore):
    """``registration_port.Registrations`` for one organization."""

    def begin(self, request: RegistrationRequest, at: datetime) -> RegistrationRequest:
        """Keep the request; raise ``AlreadyExists`` where another account has the address."""
        facts = _facts(request) | {"asked_at": at, "decided_at": None}
        values = {"account_id": request.account_id, "request_id": request.request_id, **facts}
        with transaction(self._session) as session:
            statement = upsert_into(session, RegistrationRow).values(
                organization=self._organization, **values
            )
            statement = statement.on_conflict_do_update(
                index_elements=["account_id"], set_={"organization": self._organization, **facts}
            )
            try:
                row = session.scalars(
                    statement.returning(RegistrationRow),
                    execution_options={"populate_existing": True},
                ).one()
            except IntegrityError:
                raise AlreadyExists("Another account asked with this address.") from None
            _stand(session, request.account_id, Standing.SETTING_UP)
            return _request(row)

    def get(self, account_id: int) -> RegistrationRequest | None:
        """Return what the account asked for and was not released from, or None."""
        held = RegistrationRow.email_folded.is_not(None)
        with transaction(self._session) as session:
            row = session.scalars(self._of(account_id).where(held)).one_or_none()
            return None if row is None else _request(row)

    def holder(self, email: str) -> int | None:
        """Return the account that asked with this address but for case, or None."""
        wanted = select(RegistrationRow.account_id).where(
            RegistrationRow.organization == self._organization,
            RegistrationRow.email_folded == folded_email(email),
        )
        with transaction(self._session) as session:
            return session.scalars(wanted).one_or_none()

    def stand(self, account_id: int, standing: Standing) -> None:
        """Say where the account stands."""
        with transaction(self._session) as session:
            _stand(session, account_id, standing)

    def release(self, account_id: int, reason: str) -> None:
        """Let go of a request that came to nothing; its address is free again."""
        self._change(account_id, Standing.NOTHING, email_folded=None, reason=reason)

    def settle(self, account_id: int) -> None:
        """Forget what was asked for, but for its number and address: Apigee has it now."""
        mine = RegistrationRow.account_id == account_id
        nothing = {"first_name": "", "last_name": "", "user_name": "", "attributes": {}}
        with transaction(self._session) as session:
            session.execute(update(RegistrationRow).where(mine).values(**nothing))

    def decide(self, account_id: int, decision: Decision) -> None:
        """Note what was decided, and where the account stands by it."""
        self._change(
            account_id,
            decision.standing,
            decided_at=decision.at,
            decided_by=decision.by,
            reason=decision.reason,
        )

    def reason(self, account_id: int) -> str:
        """Return why the account was refused or released, or an empty text."""
        with transaction(self._session) as session:
            row = session.scalars(self._of(account_id)).one_or_none()
            return "" if row is None else row.reason

    def standing(self, where: Collection[Standing]) -> Sequence[Account]:
        """Return the accounts that stand at one of these, the first to ask first."""
        wanted = (
            select(AccountRow)
            .outerjoin(RegistrationRow, RegistrationRow.account_id == AccountRow.id)
            .where(_stands(where))
            .order_by(RegistrationRow.asked_at, AccountRow.id)
        )
        with transaction(self._session) as session:
            rows = session.scalars(wanted)
            return tuple(account_of(row, self._organization) for row in rows)

    def count(self, where: Collection[Standing]) -> int:
        """Return how many accounts stand at one of these; an index has them."""
        wanted = select(func.count()).select_from(AccountRow).where(_stands(where))
        with transaction(self._session) as session:
            return session.scalars(wanted).one()

    def accept_terms(self, account_id: int, version: str, at: datetime) -> None:
        """Note that the account accepted a version of the terms; once for each."""
        values = {"account_id": account_id, "version": version, "accepted_at": at}
        with transaction(self._session) as session:
            insert = upsert_into(session, AcceptanceRow).values(values)
            session.execute(insert.on_conflict_do_nothing())
            accepted = {"terms_version": version, "terms_accepted_at": at}
            session.execute(
                update(AccountRow).where(AccountRow.id == account_id).values(**accepted)
            )

    def acceptances(self, account_id: int | None = None) -> Iterator[Acceptance]:
        """Yield who accepted what, the oldest first; of one account only where it is given."""
        wanted = (
            select(AcceptanceRow, AccountRow)
            .outerjoin(AccountRow, AccountRow.id == AcceptanceRow.account_id)
            .order_by(AcceptanceRow.accepted_at, AcceptanceRow.account_id)
        )
        if account_id is not None:
            wanted = wanted.where(AcceptanceRow.account_id == account_id)
        with transaction(self._session) as session:
            yield from [_acceptance(*row) for row in session.execute(wanted)]

    def _of(self, account_id: int) -> Any:  # noqa: ANN401 - SQLAlchemy's own type
        return select(RegistrationRow).where(
            RegistrationRow.organization == self._organization,
            RegistrationRow.account_id == account_id,
        )

    def _change(self, account_id: int, standing: Standing, **values: object) -> None:
        own = RegistrationRow.organization == self._organization
        mine = RegistrationRow.account_id == account_id
        with transaction(self._session) as session:
            session.execute(update(RegistrationRow).where(own, mine).values(**values))
            _stand(session, account_id, standing)


def _stands(where: Collection[Standing]) -> ColumnElement[bool]:
    return AccountRow.standing.in_(sorted(item.value for item in where))


def _stand(session: Session, account_id: int, standing: Standing) -> None:
    statement = update(AccountRow).where(AccountRow.id == account_id)
    session.execute(statement.values(standing=standing.value))


def _facts(request: RegistrationRequest) -> dict[str, Any]:
    return {
        "email": request.email,
        "email_folded": folded_email(request.email),
        "first_name": request.first_name,
        "last_name": request.last_name,
        "user_name": request.user_name,
        "attributes": dict(request.attributes),
        "decided_by": "",
        "reason": "",
    }


def _request(row: RegistrationRow) -> RegistrationRequest:
    return RegistrationRequest(
        account_id=row.account_id,
        request_id=row.request_id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        attributes=dict(row.attributes),
    )


def _acceptance(row: AcceptanceRow, account: AccountRow | None) -> Acceptance:
    if account is None:
        return Acceptance(row.account_id, row.version, row.accepted_at)
    who = (account.issuer, account.subject, account.email)
    return Acceptance(row.account_id, row.version, row.accepted_at, *who)

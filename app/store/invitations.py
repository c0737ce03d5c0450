"""Who was invited to register."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.emails import folded_email
from app.domain.registrations import Invitation
from app.store.base import Base, SessionFactory, transaction, upsert_into


class InvitationRow(Base):
    """An invited address."""

    __tablename__ = "invitations"

    organization: Mapped[str] = mapped_column(primary_key=True)
    email_folded: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    invited_by: Mapped[str]
    invited_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class InvitationStore:
    """The invitations of ``registration_port.Registrations``, for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def invite(self, invitation: Invitation) -> bool:
        """Keep an invitation; False when the address, but for case, has one."""
        values = {
            "organization": self._organization,
            "email_folded": folded_email(invitation.email),
            "email": invitation.email,
            "invited_by": invitation.by,
            "invited_at": invitation.at,
        }
        with transaction(self._session) as session:
            insert = upsert_into(session, InvitationRow).values(values).on_conflict_do_nothing()
            made = session.scalars(insert.returning(InvitationRow.email)).one_or_none()
            return made is not None

    def is_invited(self, email: str) -> bool:
        """Tell whether the address, but for case, was invited."""
        with transaction(self._session) as session:
            key = (self._organization, folded_email(email))
            return session.get(InvitationRow, key) is not None

    def invitation_used(self, email: str, at: datetime) -> None:
        """Note that the invited person registered; nothing without an invitation."""
        with transaction(self._session) as session:
            session.execute(
                update(InvitationRow)
                .where(
                    InvitationRow.organization == self._organization,
                    InvitationRow.email_folded == folded_email(email),
                )
                .values(used_at=at)
            )

    def withdraw(self, email: str) -> bool:
        """Forget the invitation of the address, but for case; False when it has none."""
        gone = delete(InvitationRow).where(
            InvitationRow.organization == self._organization,
            InvitationRow.email_folded == folded_email(email),
        )
        with transaction(self._session) as session:
            return session.scalars(gone.returning(InvitationRow.email)).one_or_none() is not None

    def invitations(self, after: str = "", most: int | None = None) -> Sequence[Invitation]:
        """Return the invitations of the addresses that come after one, at most so many."""
        own = InvitationRow.organization == self._organization
        behind = InvitationRow.email_folded > folded_email(after)
        wanted = (
            select(InvitationRow)
            .where(own, behind)
            .order_by(InvitationRow.email_folded)
            .limit(most)
        )
        with transaction(self._session) as session:
            return tuple(
                Invitation(row.email, row.invited_by, row.invited_at, row.used_at)
                for row in session.scalars(wanted)
            )

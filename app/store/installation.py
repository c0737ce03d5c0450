"""What this installation drew once and keeps with its database."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, SessionFactory, transaction

FINGERPRINT_KEY: Final = "fingerprint_key"


class InstallationRow(Base):
    """A name with its bytes."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class InstallationStore:
    """Reads what the first migration drew."""

    def __init__(self, session: SessionFactory) -> None:
        self._session = session

    def fingerprint_key(self) -> bytes:
        """Return the key of all key fingerprints; raise ``NoResultFound`` where it is lost.

        A new one is never made here: it would change the reference of every key.
        """
        with transaction(self._session) as session:
            wanted = InstallationRow.name == FINGERPRINT_KEY
            return session.scalars(select(InstallationRow.value).where(wanted)).one()

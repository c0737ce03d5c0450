"""Checks of living sessions at their providers, each by one process at a time."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, update

from app.services.provider_port import Holding
from app.services.session_port import Checked, StoredSession
from app.store.base import SessionFactory, transaction
from app.store.cipher import Cipher
from app.store.sealed_tokens import sealed
from app.store.sessions import SessionRow


class SessionCheckStore:
    """``session_port.SessionChecks``: the time of the next check is the lease of this one."""

    def __init__(self, session: SessionFactory, cipher: Cipher) -> None:
        self._session = session
        self._cipher = cipher

    def claim(self, session: StoredSession, lease: datetime) -> bool:
        """Begin a check that was due, unless the row has changed since it was read."""
        return self._change(session.reference, session.check_at, check_at=lease)

    def answered(self, reference: str, lease: datetime, checked: Checked) -> None:
        """Note what the provider said, unless the lease was lost meanwhile."""
        id_token = checked.kept.id_token
        self._change(
            reference,
            lease,
            checked_at=checked.at,
            check_at=checked.following,
            check_failed=False,
            tokens_sealed=sealed(self._cipher, checked.kept.holding),
            id_token_sealed=self._cipher.seal(id_token) if id_token else None,
        )

    def unanswered(
        self, reference: str, lease: datetime, following: datetime | None, holding: Holding
    ) -> None:
        """Note that the provider gave no answer, and what is held now."""
        tokens = sealed(self._cipher, holding)
        self._change(reference, lease, check_at=following, check_failed=True, tokens_sealed=tokens)

    def _change(self, reference: str, due: datetime | None, **values: object) -> bool:
        mine = update(SessionRow).where(SessionRow.id_hash == reference, SessionRow.check_at == due)
        with transaction(self._session) as session:
            done = session.execute(mine.values(**values))
            return cast(CursorResult[object], done).rowcount == 1

"""What registration needs of the portal's own database."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from app.domain.people import Account
from app.domain.registrations import (
    Acceptance,
    Decision,
    Invitation,
    RegistrationRequest,
    Standing,
)


class Registrations(Protocol):
    """Who is on the way to a developer, who was invited, and who accepted which terms."""

    def begin(self, request: RegistrationRequest, at: datetime) -> RegistrationRequest:
        """Keep what was asked for; the account is ``SETTING_UP`` then.

        Whoever asks again keeps the first ``request_id``. Raises ``AlreadyExists`` where another
        account asked with the same address but for case.
        """
        ...

    def get(self, account_id: int) -> RegistrationRequest | None:
        """Return what the account asked for and was not released from, or None."""
        ...

    def holder(self, email: str) -> int | None:
        """Return the account that asked with this address but for case, or None."""
        ...

    def stand(self, account_id: int, standing: Standing) -> None:
        """Say where the account stands, without a decision."""
        ...

    def release(self, account_id: int, reason: str) -> None:
        """Let go of a request that came to nothing; its address is free again."""
        ...

    def settle(self, account_id: int) -> None:
        """Forget what was asked for, but for its number and address: Apigee has it now."""
        ...

    def decide(self, account_id: int, decision: Decision) -> None:
        """Note what was decided, and where the account stands by it."""
        ...

    def reason(self, account_id: int) -> str:
        """Return why the account was refused or released, or an empty text."""
        ...

    def standing(self, where: Collection[Standing]) -> Sequence[Account]:
        """Return the accounts that stand at one of these, the first to ask first."""
        ...

    def count(self, where: Collection[Standing]) -> int:
        """Return how many accounts stand at one of these."""
        ...

    def invite(self, invitation: Invitation) -> bool:
        """Keep an invitation; False when the address, but for case, has one."""
        ...

    def is_invited(self, email: str) -> bool:
        """Tell whether the address, but for case, was invited."""
        ...

    def invitation_used(self, email: str, at: datetime) -> None:
        """Note that the invited person registered; nothing without an invitation."""
        ...

    def withdraw(self, email: str) -> bool:
        """Forget the invitation of the address, but for case; False when it has none."""
        ...

    def invitations(self, after: str = "", most: int | None = None) -> Sequence[Invitation]:
        """Return the invitations of the addresses that come after one, at most so many."""
        ...

    def accept_terms(self, account_id: int, version: str, at: datetime) -> None:
        """Note that the account accepted a version of the terms; once for each."""
        ...

    def acceptances(self, account_id: int | None = None) -> Iterator[Acceptance]:
        """Yield who accepted what, the oldest first; of one account only where it is given."""
        ...

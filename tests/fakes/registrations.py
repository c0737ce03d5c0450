"""Registrations in memory, proven by the same cases as the real ones (tests/store)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists
from app.domain.people import Account
from app.domain.registrations import (
    Acceptance,
    Decision,
    Invitation,
    RegistrationRequest,
    Standing,
)
from tests.fakes.store import FakeAccounts


@dataclass
class FakeRegistrations:
    """``registration_port.Registrations`` in dicts."""

    accounts: FakeAccounts
    asked: dict[int, RegistrationRequest] = field(default_factory=dict)
    released: set[int] = field(default_factory=set)
    decisions: dict[int, Decision] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    invited: dict[str, Invitation] = field(default_factory=dict)
    accepted: dict[tuple[int, str], Acceptance] = field(default_factory=dict)

    def begin(self, request: RegistrationRequest, at: datetime) -> RegistrationRequest:
        del at
        if self.holder(request.email) not in {None, request.account_id}:
            raise AlreadyExists("Another account asked with this address.")
        known = self.asked.get(request.account_id)
        kept = replace(request, request_id=known.request_id) if known else request
        self.asked[request.account_id] = kept
        self.released.discard(request.account_id)
        self.reasons.pop(request.account_id, None)
        self.stand(request.account_id, Standing.SETTING_UP)
        return kept

    def get(self, account_id: int) -> RegistrationRequest | None:
        return None if account_id in self.released else self.asked.get(account_id)

    def holder(self, email: str) -> int | None:
        wanted = folded_email(email)
        held = (
            number
            for number, request in self.asked.items()
            if number not in self.released and folded_email(request.email) == wanted
        )
        return next(held, None)

    def stand(self, account_id: int, standing: Standing) -> None:
        known = self.accounts.by_id.get(account_id)
        if known is not None:
            self.accounts.put(replace(known, standing=standing))

    def release(self, account_id: int, reason: str) -> None:
        if account_id in self.asked:
            self.released.add(account_id)
            self.reasons[account_id] = reason
        self.stand(account_id, Standing.NOTHING)

    def settle(self, account_id: int) -> None:
        known = self.asked.get(account_id)
        if known is not None:
            nothing = RegistrationRequest(account_id, known.request_id, known.email, "", "", "")
            self.asked[account_id] = nothing

    def decide(self, account_id: int, decision: Decision) -> None:
        if account_id in self.asked:
            self.decisions[account_id] = decision
            self.reasons[account_id] = decision.reason
        self.stand(account_id, decision.standing)

    def reason(self, account_id: int) -> str:
        return self.reasons.get(account_id, "")

    def standing(self, where: Collection[Standing]) -> Sequence[Account]:
        found = [item for item in self.accounts.by_id.values() if item.standing in where]
        order = list(self.asked)
        return sorted(found, key=lambda item: order.index(item.account_id))

    def count(self, where: Collection[Standing]) -> int:
        return len(self.standing(where))

    def invite(self, invitation: Invitation) -> bool:
        folded = folded_email(invitation.email)
        return self.invited.setdefault(folded, invitation) is invitation

    def is_invited(self, email: str) -> bool:
        return folded_email(email) in self.invited

    def invitation_used(self, email: str, at: datetime) -> None:
        folded = folded_email(email)
        if folded in self.invited:
            self.invited[folded] = replace(self.invited[folded], used_at=at)

    def withdraw(self, email: str) -> bool:
        return self.invited.pop(folded_email(email), None) is not None

    def invitations(self, after: str = "", most: int | None = None) -> Sequence[Invitation]:
        behind = sorted(folded for folded in self.invited if folded > folded_email(after))
        return [self.invited[folded] for folded in behind][:most]

    def accept_terms(self, account_id: int, version: str, at: datetime) -> None:
        who = self.accounts.get(account_id)
        new = Acceptance(account_id, version, at, who.issuer, who.subject, who.email)
        self.accepted.setdefault((account_id, version), new)
        self.accounts.put(replace(who, terms_version=version))

    def acceptances(self, account_id: int | None = None) -> Iterator[Acceptance]:
        found = (item for item in self.accepted.values() if account_id in {None, item.account_id})
        yield from sorted(found, key=lambda item: (item.at, item.account_id))

"""A provider that signs in whoever the test says, without any other process."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from app.domain.errors import PortalError, SignInFailed
from app.domain.people import Identity
from app.services.ports import Challenge, SignedIn
from app.services.provider_port import NOTHING, Confirmation, Holding, LogoutNotice, Standing, Wish

HOST = "https://idp.example"


class FakeProvider:
    """Implements ``ports.IdentityProvider``; ``person`` or ``problem`` is what ``finish`` gives.

    The callback must bring back the state of its challenge, as with a real provider.
    ``holding`` is given at a sign-in; ``confirm`` raises ``answer`` or says that the person is
    ``now_is``, with a new refresh token every time.
    ``notices`` are the logout tokens that it has signed.
    ``is_down`` makes it a provider without a sign-out address, and ``outage`` is raised by
    ``challenge``.
    """

    def __init__(self, name: str = "demo", title: str = "Demo sign-in") -> None:
        self.name = name
        self.title = title
        self.person: Identity | None = None
        self.problem: PortalError | None = None
        self.outage: PortalError | None = None
        self.is_down = False
        self.account_url = ""
        self.domains: tuple[str, ...] = ()
        self.sign_up_url = ""
        self.has_sign_up = False
        self.has_too_many_groups = False
        self.redirects: list[str] = []
        self.notices: dict[str, LogoutNotice] = {}
        self.holding = NOTHING
        self.answer: PortalError | None = None
        self.now_is: Identity | None = None
        self.is_whole = True
        self.asked: list[Standing] = []
        self.given_back: list[Holding] = []

    def will_sign_in(self, subject: str, **facts: object) -> None:
        """Let ``finish`` return this person, with a verified example.com address by default."""
        known: dict[str, object] = {"email": f"{subject}@example.com", "email_verified": True}
        self.person = Identity(self.name, HOST, subject, **{**known, **facts})  # type: ignore[arg-type] # the test names fields of Identity

    def speaks_for(self, domain: str) -> bool:
        return domain in self.domains

    def challenge(self, redirect_uri: str, wish: Wish = Wish.NOTHING) -> Challenge:
        if self.outage is not None:
            raise self.outage
        if wish is Wish.SIGN_UP and self.sign_up_url:
            return Challenge(self.sign_up_url, {})
        self.redirects.append(redirect_uri)
        kept = {name: secrets.token_urlsafe(8) for name in ("state", "nonce", "verifier")}
        wished = {"wish": wish.value} if wish else {}
        query = urlencode({"state": kept["state"], "redirect_uri": redirect_uri, **wished})
        return Challenge(f"{HOST}/authorize?{query}", {**kept, **wished, "provider": self.name})

    def finish(
        self, redirect_uri: str, answer: Mapping[str, str], state: Mapping[str, str]
    ) -> SignedIn:
        self.redirects.append(redirect_uri)
        if not state.get("state") or answer.get("state") != state["state"]:
            raise SignInFailed("state_mismatch")
        if self.problem is not None:
            raise self.problem
        if self.person is None:
            raise SignInFailed("access_denied")
        id_token = f"id-token-of-{self.person.subject}"
        return SignedIn(self.person, id_token, self.holding, self.has_too_many_groups)

    def check(self) -> None:
        if self.outage is not None:
            raise self.outage

    def confirm(self, standing: Standing) -> Confirmation:
        self.asked.append(standing)
        if self.answer is not None:
            raise self.answer
        number = len(self.asked)
        holding = replace(standing.holding, refresh_token=f"refresh-{number}")
        return Confirmation(holding, self.now_is, "", is_whole=self.is_whole)

    def give_back(self, holding: Holding) -> None:
        self.given_back.append(holding)

    def sign_out_url(self, id_token: str, return_to: str, state: str = "") -> str | None:
        if self.is_down:
            return None
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": return_to, "state": state}
        return f"{HOST}/end?{urlencode(query)}"

    def logout_notice(self, token: str) -> LogoutNotice:
        if self.problem is not None:
            raise self.problem
        if token not in self.notices:
            raise SignInFailed("bad_signature")
        return self.notices[token]

"""Giving back to providers what sessions held that were ended here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from app.services.ports import Start
from app.services.provider_port import SessionProvider
from app.services.session_port import Ended


@dataclass(frozen=True, slots=True)
class GivingBack:
    """Revokes refresh tokens (RFC 7009) when nobody waits: a provider that hangs delays no page."""

    providers: Mapping[str, SessionProvider]
    start: Start

    def of(self, ended: Iterable[Ended]) -> None:
        """Begin with it; what a provider does not take back ends by itself there."""
        for one in ended:
            provider = self.providers.get(one.provider)
            if provider is not None and one.holding:
                self.start(partial(provider.give_back, one.holding))

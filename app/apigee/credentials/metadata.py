"""The service account of the machine or workload on Google Cloud, for X and hybrid.

Follows Google's "About VM metadata": plain http by design, never beyond the machine's own
network, so that no proxy is used.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from app.apigee.credentials.grant import Grant, ask, granted
from app.apigee.credentials.keeper import RANDOM, TokenKeeper
from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.apigee.exchange import Answer, Limits, Message
from app.domain.clock import Clock
from app.domain.errors import UpstreamKind
from app.domain.outgoing import Outgoing

USUAL_HOST: Final = "metadata.google.internal"
HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
PATH: Final = "/computeMetadata/v1/instance/service-accounts/default/token"
FLAVOR: Final = {"Metadata-Flavor": "Google"}
LIMITS: Final = Limits(total=2.0, connect=0.5, read=1.5, answer_bytes=65_536)
NOT_FOUND: Final = 404


class Metadata(TokenKeeper):
    """Asks the metadata server; ``host`` is that of ``GCE_METADATA_HOST`` or the usual one.

    The server keeps its token until minutes before it ends: it may give the same one again.
    """

    def __init__(
        self,
        host: str = "",
        clock: Clock | None = None,
        *,
        jitter: Callable[[], float] = RANDOM.random,
    ) -> None:
        super().__init__(self._ask, clock, jitter)
        self._host = host or USUAL_HOST
        if not HOST.fullmatch(self._host):
            raise ValueError("GCE_METADATA_HOST must be a host, with a port if need be")

    def _ask(self, deadline: Deadline, now: datetime) -> Grant:
        del now
        message = Message("GET", f"http://{self._host}{PATH}", FLAVOR)
        answer = ask(message, deadline, Outgoing(), LIMITS, "metadata_absent")
        if not _is_google(answer):
            raise upstream(UpstreamKind.CREDENTIALS, code="metadata_absent")
        if answer.status == NOT_FOUND:
            raise upstream(UpstreamKind.CREDENTIALS, code="metadata_account")
        return granted(answer, _explained)


def _is_google(answer: Answer) -> bool:
    return answer.headers.get("Metadata-Flavor", "") == FLAVOR["Metadata-Flavor"]


def _explained(refusal: Mapping[str, Any]) -> str:
    del refusal
    return "metadata_account"

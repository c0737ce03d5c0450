"""The Apigee clients as the unit tests use them."""

from collections.abc import Mapping
from contextlib import ExitStack

from app.apigee.client import Surroundings
from app.apigee.connect import Apigee, ApigeeConnection, connect
from app.apigee.credentials import Basic, Credentials
from app.apigee.deadline import Deadline
from app.apigee.exchange import Limits
from app.apigee.flavor import Flavor
from app.domain.outgoing import Outgoing

SHORT = Limits(total=3.0, connect=0.5, read=1.0, answer_bytes=20_000)
DEVELOPER = {"email": "dana@example.com", "status": "active"}
APP = {"name": "trip", "appId": "1", "status": "approved"}


class Renewable:
    """Credentials with a numbered token; ``renewals`` says how often there is a new one."""

    refused_code = "token_not_accepted"

    def __init__(self, renewals: int = 1) -> None:
        self.number = 1
        self.renewals = renewals
        self.closed = False

    def headers(self, deadline: Deadline) -> Mapping[str, str]:
        del deadline
        return {"Authorization": f"Bearer token-{self.number}"}

    def renew(self, refused: Mapping[str, str]) -> bool:
        if self.renewals == 0 or refused != {"Authorization": f"Bearer token-{self.number}"}:
            return False
        self.number, self.renewals = self.number + 1, self.renewals - 1
        return True

    def close(self) -> None:
        self.closed = True


class Speaker:
    """Makes clients with short limits; notes what was observed and how long they slept."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.observed: list[tuple[str, int]] = []
        self.seconds: list[float] = []
        self.slept: list[float] = []
        self.request_id = "request-7"
        self.outgoing = Outgoing()
        self._open = ExitStack()

    def apigee(
        self,
        flavor: Flavor = Flavor.X,
        credentials: Credentials | None = None,
        limits: Limits = SHORT,
    ) -> Apigee:
        """Return the four clients of the organization ``demo``."""
        made = connect(
            ApigeeConnection(
                flavor=flavor,
                endpoint=self.endpoint,
                organization="demo",
                credentials=credentials or Basic("ops@example.com", "demo"),
                fingerprint=fingerprint,
                limits=limits,
                surroundings=Surroundings(
                    outgoing=self.outgoing,
                    observe=self._observe,
                    request_id=lambda: self.request_id,
                    sleep=self.slept.append,
                ),
            )
        )
        self._open.callback(made.close)
        return made

    def close(self) -> None:
        """Close every client that was made."""
        self._open.close()

    def _observe(self, operation: str, status: int, seconds: float) -> None:
        self.observed.append((operation, status))
        self.seconds.append(seconds)


def fingerprint(consumer_key: str) -> str:
    """Stand for a key without holding any of it."""
    return f"{sum(consumer_key.encode()):016x}"

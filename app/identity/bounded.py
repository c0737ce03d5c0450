"""One HTTP exchange that ends in time and stays small, whatever the other side sends."""

from collections.abc import Mapping
from contextlib import closing
from io import BytesIO
from typing import Final

import requests
from requests.adapters import HTTPAdapter

from app.domain.errors import UpstreamKind
from app.identity.deadline import Deadline
from app.identity.reasons import outage

MOST_BYTES: Final = 1_000_000


class BoundedAdapter(HTTPAdapter):
    """Reads an answer to its end, unless it is too long or comes too slowly."""

    def __init__(self, limit: Deadline) -> None:
        super().__init__(max_retries=0)
        self._limit = limit
        self._reading: requests.Response | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - the base's name; the body is always read here
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        answer = super().send(request, True, timeout, verify, cert, proxies)
        self._reading = answer
        whole = requests.Response()
        with closing(answer):
            whole.raw = BytesIO(self._body(answer))
        whole.status_code = answer.status_code
        whole.headers = answer.headers
        whole.url = answer.url
        whole.request = answer.request
        whole.encoding = "utf-8"
        return whole

    def abandon(self) -> None:
        """End a reading that nobody waits for any more."""
        if self._reading is not None:
            self._reading.raw.shutdown()

    def close(self) -> None:
        """Hang up now; urllib3 alone waits for the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - the container cannot be iterated
                manager.pools[key].close()
        super().close()

    def _body(self, answer: requests.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(8192):
            body += chunk
            if len(body) > MOST_BYTES:
                raise outage(UpstreamKind.BROKEN_ANSWER)
            if not self._limit.seconds:
                raise requests.Timeout
        return bytes(body)

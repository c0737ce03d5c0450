"""Whether somebody has really signed in again (OpenID Connect Core 3.1.2.1, 3.1.3.7).

A provider may ignore ``max_age`` and ``prompt``: only what the signed token says counts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from app.identity.config import StepUp
from app.identity.person import moment
from app.identity.reasons import Reason, refusal

LEEWAY: Final = timedelta(seconds=60)


def check_fresh(
    claims: Mapping[str, object], wanted: StepUp, asked_at: datetime, now: datetime
) -> None:
    """Raise ``SignInFailed`` unless the person signed in since, and strongly enough."""
    # Compared by equality: "mfa" is not in ["mfa"], and a list is no acr.
    if wanted.acr and claims.get("acr") not in wanted.acr:
        raise refusal(Reason.ACR)
    signed_in_at = moment(claims.get("auth_time"))
    if signed_in_at is None:
        if "auth_time" in claims or not wanted.without_auth_time:
            raise refusal(Reason.AUTH_TIME_MISSING)
        return
    if signed_in_at < asked_at - LEEWAY:
        raise refusal(Reason.AUTH_TIME_OLD)
    if signed_in_at > now + LEEWAY:
        raise refusal(Reason.AUTH_TIME_FUTURE)

"""The composition root's part for credentials: what the settings choose, checked at the start."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.apigee.credentials import Basic, Credentials, EdgeOAuth, Metadata, ServiceAccount
from app.apigee.credentials.key_file import is_readable_by_group
from app.apigee.hints import hint
from app.configuration.apigee import Apigee, ApigeeAuth
from app.configuration.errors import ConfigurationError
from app.domain.errors import Upstream
from app.domain.outgoing import Outgoing

LOG: Final = logging.getLogger(__name__)


def credentials(
    chosen: Apigee,
    outgoing: Outgoing,
    environment: Mapping[str, str],
    table: str = "PORTAL_APIGEE",
) -> Credentials:
    """Return the credentials; raise ``ConfigurationError`` for what can never work.

    ``table`` is what the variables of the settings begin with.
    """
    password = chosen.password.get_secret_value() if chosen.password else ""
    match chosen.auth:
        case ApigeeAuth.SERVICE_ACCOUNT:
            return _service_account(chosen, outgoing, table)
        case ApigeeAuth.METADATA:
            return _metadata(environment.get("GCE_METADATA_HOST", ""))
        case ApigeeAuth.OAUTH:
            return EdgeOAuth(chosen.token_address, chosen.username, password, outgoing=outgoing)
        case ApigeeAuth.BASIC:
            return Basic(chosen.username, password)


def _service_account(chosen: Apigee, outgoing: Outgoing, table: str) -> Credentials:
    file = chosen.service_account_file or Path()
    account = ServiceAccount(file, outgoing=outgoing, allow_http=chosen.allow_http)
    try:
        account.check()
    except Upstream as error:
        problem = f"{table}__SERVICE_ACCOUNT_FILE ({file}): {hint(error.code)}"
        raise ConfigurationError([problem]) from None
    if is_readable_by_group(file):
        LOG.warning(hint("key_file_group"))
    return account


def _metadata(host: str) -> Credentials:
    try:
        return Metadata(host)
    except ValueError as error:
        raise ConfigurationError([str(error)]) from None

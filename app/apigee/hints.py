"""What whoever runs the portal can do about a call that failed, by ``Upstream.code``.

People who use a page get the general text of the error; these sentences are for the log, the
start and the status. A code may carry one word after a colon, such as the permission that is
missing. It is checked here again, so that nothing else of an answer or a file is ever repeated.
"""

import logging
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.domain.errors import Upstream

LOG: Final = logging.getLogger(__name__)
# Google's names, or a path of a role on Edge with its verb.
WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.,]{0,120}|(?:GET|PUT|DELETE) /[a-z]{0,40}")
_NEW_KEY: Final = (
    "Make a new key (IAM & Admin, Service Accounts, Keys, Add key, JSON) and put that file there."
)
_MACHINE_USER: Final = (
    "Use a machine user of the organization, without MFA, and for a SAML or LDAP zone the token "
    "address of the zone (token_url)."
)

HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key_file_missing": "The service account's key file does not exist. Correct "
        "service_account_file, or put the file there.",
        "key_file_unreadable": "The service account's key file cannot be read. Let the user that "
        "runs the portal read it; it must be a file, not a folder.",
        "key_file_public": "Every user of this machine can read or change the service account's "
        "key file. Take that away: chmod 600 FILE. For a Kubernetes secret set defaultMode: 0440 "
        "and fsGroup, since its default lets everybody read.",
        "key_file_group": "A group can read the service account's key file. That is usual for a "
        "Kubernetes secret with fsGroup; elsewhere chmod 600 FILE is better.",
        "key_file_not_json": "The service account's key file is not JSON. " + _NEW_KEY,
        "key_file_type": "The key file is JSON of the type {word}; the portal needs the key of a "
        "service account (type service_account). " + _NEW_KEY,
        "key_file_fields": "The service account's key file lacks {word}. " + _NEW_KEY,
        "key_file_address": "The token address (token_uri) in the service account's key file is "
        "not an https:// address. Put Google's file back in place as it was.",
        "key_file_key": "The private key in the service account's key file cannot be used: it is "
        "damaged or no RSA key. " + _NEW_KEY,
        "token_clock": "Google refuses the signed claim because of its time. Set this machine's "
        "clock (NTP): it is off by minutes.",
        "token_signature": "Google does not know the key of the service account: it was deleted "
        "or has expired. " + _NEW_KEY,
        "token_account": "Google does not know the service account: it was deleted, or the key "
        "file is of another one. " + _NEW_KEY,
        "token_grant": "The token address refuses the service account. Look whether this "
        "machine's clock is right, and whether the key or the account was deleted or disabled.",
        "token_refused": "The token address refuses the portal. Check token_url, or token_uri of "
        "the key file, and the credentials.",
        "token": "No token can be had: the token address cannot be reached or answers nonsense. "
        "Check name resolution, firewall and the proxy (section http), and the token address.",
        "metadata_absent": "There is no metadata server of Google Cloud here. auth = metadata "
        "works on Compute Engine, GKE and Cloud Run only; elsewhere use service_account.",
        "metadata_account": "The metadata server has no service account for this machine or "
        "workload. Attach one, on GKE by Workload Identity.",
        "login_refused": "Edge does not take this user name and password for a token. Check "
        "both. " + _MACHINE_USER,
        "login_mfa": "Edge wants a second factor or a passcode, which only a person has. "
        + _MACHINE_USER,
        "basic_refused": "Edge does not take this user name and password. Check both; where SAML "
        "is on, Edge takes none: use auth = oauth. " + _MACHINE_USER,
        "token_not_accepted": "Apigee refuses a token that was fetched just now. Check that "
        "endpoint, flavor and the kind of credentials belong to the same Apigee.",
        "permission": "The account of the portal lacks the permission {word}. Give it a role with "
        "that permission in the project of the organization. If every call is refused, check "
        "the name of the organization too.",
        "organization": "Apigee says that the organization does not exist, or that the account "
        "of the portal has no role there. Check organization, then the account's roles.",
        "scope": "The machine's access scopes leave Apigee out. Give it the scope cloud-platform "
        "(stop it, edit, access scopes: allow full access to all Cloud APIs).",
        "api_disabled": "The Apigee API is not enabled in the Google Cloud project. Enable "
        "apigee.googleapis.com there.",
        "forbidden": "The role of the portal's user does not allow {word}. Give it that path with "
        "that verb; if every call is refused, check the name of the organization too.",
        "messaging.config.beans.OrganizationDoesNotExist": "There is no organization of that "
        "name. Check organization and endpoint.",
        "proxy": "The proxy cannot be reached or refuses. Check proxy in the section http, with "
        "its name and password, and whether the address should be in no_proxy.",
        "certificate": "The certificate of the other side is not trusted. If it comes from an "
        "authority of your own (or a proxy that looks inside), name its file in ca_file.",
    }
)


def hint(code: str) -> str:
    """Return the sentences for a code, empty where there is nothing to say."""
    name, _, word = code.partition(":")
    shown = word if WORD.fullmatch(word) else "another kind"
    return HINTS.get(name, "").replace("{word}", shown)


def with_path(error: Upstream, method: str, template: str) -> Upstream:
    """Return the error; one that names no permission names what a role on Edge would have to."""
    if error.code == "forbidden":
        verb = "PUT" if method == "POST" else method
        error.code = f"forbidden:{verb} /{template.partition('/')[0].partition(':')[0]}"
    return error


def report(error: Upstream) -> None:
    """Write the hint of an error into the log, if there is one."""
    if text := hint(error.code):
        LOG.error(text, extra={"cause": error.code})

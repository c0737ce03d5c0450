"""Starting with the settings of a test: good variables, and what a test changes in them."""

from collections.abc import Callable
from typing import Final

from app.settings import Settings

Start = Callable[..., Settings]
Refusal = Callable[..., str]

KEY: Final = "0123456789abcdef-an-unguessable-key"
GOOD: Final = {
    "PORTAL_SECRET_KEY": KEY,
    "PORTAL_PUBLIC_URL": "https://developers.example.com",
    "PORTAL_APIGEE__ORGANIZATION": "acme",
    "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "account.json",
    "PORTAL_OIDC__CORP__ISSUER": "https://sso.example.com",
    "PORTAL_OIDC__CORP__CLIENT_ID": "portal",
    "PORTAL_OIDC__CORP__CLIENT_SECRET": "corp-client-secret",
}
EDGE: Final = {
    "PORTAL_APIGEE__FLAVOR": "edge",
    "PORTAL_APIGEE__ENDPOINT": "https://edge.example.com/v1/",
    "PORTAL_APIGEE__AUTH": "basic",
    "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": "",
    "PORTAL_APIGEE__USERNAME": "ops@example.com",
    "PORTAL_APIGEE__PASSWORD": "edge-password",
}
OAUTH: Final = {**EDGE, "PORTAL_APIGEE__AUTH": "oauth"}
NO_PROVIDER: Final[dict[str, str | None]] = {
    f"PORTAL_OIDC__CORP__{name}": None for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")
}
SIGNED: Final[dict[str, str | None]] = {
    "PORTAL_ASSERTION__HEADER": "x-goog-iap-jwt-assertion",
    "PORTAL_ASSERTION__ISSUER": "https://cloud.google.com/iap",
    "PORTAL_ASSERTION__AUDIENCE": "/projects/1/global/backendServices/2",
    "PORTAL_ASSERTION__JWKS_URL": "https://keys.example/jwks",
    "PORTAL_ASSERTION__SIGN_OUT_URL": "/_gcp_iap/clear_login_cookie",
}

"""The settings as Flask wants them, and what no portal starts with but on one's own machine."""

from typing import Final, get_args

from app.configuration.errors import ConfigurationError
from app.configuration.sections import LimitName
from app.domain.addresses import is_loopback, split_address
from app.resources import MIGRATIONS
from app.settings import Settings

LARGEST_FORM: Final = 64 * 1024
CACHED_FACTS: Final = 20_000
REDIS_SECONDS: Final = 0.25


def options(settings: Settings) -> dict[str, object]:
    """Return Flask's configuration."""
    host = split_address(settings.public_url).hostname or ""
    loopback = ["localhost", "127.0.0.1", "[::1]"] if is_loopback(host) else []
    key = settings.secret_key.get_secret_value()
    former = [each.get_secret_value() for each in settings.secret_key_fallbacks]
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": former,
        # Forms that are open when the key is replaced stay good: the last one signs, all are known.
        "WTF_CSRF_SECRET_KEY": [*former, key],
        "SQLALCHEMY_DATABASE_URI": settings.database_address,
        "MIGRATIONS": str(MIGRATIONS),
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "TRUSTED_HOSTS": [host, *loopback],
        "APPLICATION_ROOT": settings.cookie_path,
        "PREFERRED_URL_SCHEME": "https" if settings.is_https else "http",
        "WTF_CSRF_TIME_LIMIT": None,
        "CACHE_THRESHOLD": CACHED_FACTS,
        "SIGN_OUT_URL": settings.assertion.sign_out_url,
        "RATELIMIT_HEADERS_ENABLED": False,
        "RATES": {name: settings.limits.effective(name) for name in get_args(LimitName)},
        **_shared(settings),
    }


def _shared(settings: Settings) -> dict[str, object]:
    """Choose where facts and rate limits are kept; the latter count here while Redis is away."""
    if settings.redis_url is None:
        kept_here = "app.web.object_cache.ObjectCache"
        return {"CACHE_TYPE": kept_here, "RATELIMIT_STORAGE_URI": "memory://"}
    url = settings.redis_url.get_secret_value()
    return {
        "CACHE_TYPE": "app.web.shared_cache.SharedCache",
        "CACHE_REDIS_URL": url,
        "RATELIMIT_STORAGE_URI": url,
        "RATELIMIT_STORAGE_OPTIONS": dict.fromkeys(
            ("socket_timeout", "socket_connect_timeout"), REDIS_SECONDS
        ),
        "RATELIMIT_KEY_PREFIX": "portal",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        # Of several requests that find Redis away at the same moment only one is counted here, and
        # none whose work is done by then: what they did must not be told as a failure.
        "RATELIMIT_SWALLOW_ERRORS": True,
    }


def refuse_what_is_for_trying_out(settings: Settings, *, debug: bool) -> None:
    """Raise ``ConfigurationError`` for what belongs on one's own machine only."""
    if is_loopback(split_address(settings.public_url).hostname or ""):
        return
    problems = [
        f"oidc.{name}.issuer is on this machine, as that of the sample people is, but public_url "
        "is not: name the company's provider"
        for name, provider in settings.oidc.items()
        if is_loopback(split_address(provider.issuer).hostname or "")
    ]
    if debug:
        problems.append("FLASK_DEBUG shows code and data to everybody: remove it")
    if problems:
        raise ConfigurationError(problems)

"""The links above the products: developer, app, key and expiry."""

from typing import Final

from app.domain.chain import Chain, Errand, Link, Remedy, Step, Who, broken, fine
from app.domain.keys import ApprovalStatus
from app.domain.notes import Author

ACTIVATE: Final = Remedy(
    "Have your developer account activated. Your keys are unchanged; the gateways notice within "
    "about 3 minutes.",
    Who.ADMINISTRATOR,
)
APPROVE: Final = Remedy("Have the app approved. Its keys are unchanged.", Who.ADMINISTRATOR)
TURN_ON: Final = Remedy(
    "Turn the key on. The gateways notice within about 3 minutes.", Who.YOU, Errand.TURN_ON
)
HAVE_IT_ON: Final = Remedy(
    "Ask why the key was turned off, or use another key of the app. Only an administrator can "
    "turn this one on.",
    Who.ADMINISTRATOR,
    Errand.NEW_KEY,
)
USE_THE_NEWER: Final = Remedy(
    "Use the key that replaced this one, or add a new one.", Who.YOU, Errand.NEW_KEY
)
WAIT_FOR_KEY: Final = Remedy("Wait until the key is approved.", Who.PRODUCT_OWNER)
NEW_KEY: Final = Remedy(
    "Add a new key and put it in the place of this one. An expired key cannot be extended.",
    Who.YOU,
    Errand.NEW_KEY,
)


def developer_link(chain: Chain) -> Step:
    """Say whether the developer is active."""
    if chain.developer_active:
        return fine(Link.DEVELOPER, "Your developer account is active.")
    return broken(Link.DEVELOPER, "Your developer account is inactive.", ACTIVATE)


def app_link(chain: Chain) -> Step:
    """Say whether the app is approved."""
    if chain.app_status is ApprovalStatus.APPROVED:
        return fine(Link.APP, "The app is approved.")
    if chain.app_status is ApprovalStatus.PENDING:
        return broken(Link.APP, "The app waits for approval.", APPROVE)
    return broken(Link.APP, "The app's approval was taken back.", APPROVE)


def key_link(chain: Chain) -> Step:
    """Say whether the key is on, and who can turn it on if not."""
    if chain.key.status is ApprovalStatus.PENDING:
        return broken(Link.KEY, "The key waits for approval.", WAIT_FOR_KEY)
    if chain.key.status is ApprovalStatus.REVOKED:
        return _off(chain)
    if chain.memory.retires_at is not None:
        text = "The key is on. It was replaced by another one and stops"
        return fine(Link.KEY, text, chain.memory.retires_at)
    return fine(Link.KEY, "The key is on.")


def expiry_link(chain: Chain) -> Step:
    """Say whether the key's time is over."""
    ends = chain.key.expires_at
    if ends is None:
        return fine(Link.EXPIRY, "The key does not expire.")
    if ends <= chain.now:
        return broken(Link.EXPIRY, "The key expired", NEW_KEY, ends)
    return fine(Link.EXPIRY, "The key is good until", ends)


def _off(chain: Chain) -> Step:
    match chain.memory.turned_off_by:
        case Author.OWNER:
            return broken(Link.KEY, "You turned the key off.", TURN_ON)
        case Author.SYSTEM:
            text = "The portal turned the key off when its replacement took over."
            return broken(Link.KEY, text, USE_THE_NEWER)
        case Author.ADMINISTRATOR:
            return broken(Link.KEY, "An administrator turned the key off.", HAVE_IT_ON)
        case None:
            return broken(Link.KEY, "The key is turned off.", HAVE_IT_ON)

"""Which names, e-mail addresses and keys Apigee accepts."""

import re

from emulator.errors import ApiError, bad_request
from emulator.model import Flavor

MAX_APP_NAME = 255
MAX_KEY_BYTES = 2048

_APP = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _\-.#$%]*[A-Za-z0-9_\-.#$%])?")
_PRODUCT = re.compile(r"[A-Za-z0-9_\-.#$%](?:[A-Za-z0-9 _\-.#$%]*[A-Za-z0-9_\-.#$%])?")
_GROUP = re.compile(r"[A-Za-z0-9_\-.$%#](?:[A-Za-z0-9 _\-.$%#]*[A-Za-z0-9_\-.$%#])?")
_KEY = re.compile(r"[A-Za-z0-9_\-]+")
_EMAIL = re.compile(r"[^@\s/?#%<>()\[\],;:\\\"]+@[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?")


def check_app_name(name: str) -> str:
    """Return the name of an app; raises 400 app_invalid_name."""
    if len(name) > MAX_APP_NAME or not _APP.fullmatch(name):
        raise bad_request(f"Invalid app name {name}", "keymanagement.service.app_invalid_name")
    return name


def check_product_name(name: str) -> str:
    """Return the name of a product; raises 400 apiproduct_name_invalid."""
    if not _PRODUCT.fullmatch(name):
        message = f"Invalid API product name {name}"
        raise bad_request(message, "keymanagement.service.apiproduct_name_invalid")
    return name


def check_group_name(name: str, flavor: Flavor) -> str:
    """Return the name of an AppGroup (no `#`) or company (no `%`); raises 400."""
    foreign = "#" if flavor == "x" else "%"
    if not _GROUP.fullmatch(name) or foreign in name:
        raise bad_request(f"Invalid name {name}")
    return name


def check_key(value: str) -> str:
    """Return a consumer key or secret brought by the caller; raises 400."""
    if len(value.encode()) > MAX_KEY_BYTES or not _KEY.fullmatch(value):
        raise bad_request("A consumer key or secret has letters, digits, _ and - only")
    return value


def check_email(email: str, flavor: Flavor) -> str:
    """Return a valid address; raises 400 InvalidEmail. On X it must be lower case."""
    domain = email.rpartition("@")[2]
    valid = _EMAIL.fullmatch(email) and "." in domain and ".." not in email
    if not valid or (flavor == "x" and email != email.lower()):
        raise invalid_email(email)
    return email


def invalid_email(email: str) -> ApiError:
    """The refusal of an e-mail address."""
    return bad_request(f"Invalid email {email}", "developer.service.InvalidEmail")

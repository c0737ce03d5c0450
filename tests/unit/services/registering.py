"""Ravi, who signed in for the first time and becomes a developer."""

from app.domain.people import Account
from app.domain.registrations import Existing
from app.services.registration_rules import RegistrationForm, RegistrationRules
from tests.unit.services.house import ACTOR, House, build

FORM = RegistrationForm("Ravi", " Patel ", "ravi")
RAVI = "ravi@example.com"
REFUSES = RegistrationRules(existing=Existing.REFUSE)


def register(house: House, account: Account, form: RegistrationForm = FORM) -> Account:
    """Send the form as the account's person."""
    return house.portal.registration.register(account, ACTOR, form)


def refusing() -> tuple[House, Account]:
    """Return a house that never links to a developer who is there, and Ravi's account."""
    house = build(registration=REFUSES)
    return house, house.sign_up(RAVI)

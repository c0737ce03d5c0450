"""Who is measured: developers with few and with many apps, enough of them to be met once each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.plan import ROOT

FEW, MANY = 10, 1000
SEED = ROOT / "demo" / "seed.json"
# Three in four apps have one key, as most have; the fourth's old one is turned off.
TWO_KEYS_EVERY = 4
PRODUCTS_AT_MOST = 3


@dataclass(frozen=True)
class Crowd:
    """Developers of both sizes: one to be met again and again, others for first visits.

    A first visit is what makes a page cold, so each one takes a developer of its own;
    ``first_visits`` are as many for each delay of Apigee. ``others`` have few apps and come
    for what is not about one page of one person.
    """

    first_visits: int
    delays: tuple[int, ...]
    others: int = 0

    def strangers(self, size: int, delay: int) -> Sequence[str]:
        """Return those nobody has seen before a visit with Apigee's delay of milliseconds."""
        start = 1 + self.delays.index(delay) * self.first_visits
        return [_email(size, number) for number in range(start, start + self.first_visits)]

    @property
    def visitors(self) -> Sequence[str]:
        """Return the addresses of those ``others``."""
        start = 1 + len(self.delays) * self.first_visits
        return [_email(FEW, number) for number in range(start, start + self.others)]

    @property
    def emails(self) -> Sequence[str]:
        """Return everybody's address."""
        numbers = range(1 + len(self.delays) * self.first_visits)
        known_and_strangers = [_email(size, number) for size in (FEW, MANY) for number in numbers]
        return [*known_and_strangers, *self.visitors]

    def seed(self) -> Mapping[str, Any]:
        """Return the demo's products with these developers, as the local Apigee reads it."""
        products = json.loads(SEED.read_text(encoding="utf-8"))["apiProducts"]
        names = [product["name"] for product in products]
        apps = [_app(number, names) for number in range(MANY)]
        return {
            "apiProducts": products,
            "developers": [
                {
                    "email": email,
                    "firstName": "Devon",
                    "lastName": email.partition("@")[0].capitalize(),
                    "createdAt": "-400d",
                    "apps": apps[: _size(email)],
                }
                for email in self.emails
            ],
        }


def known(size: int) -> str:
    """Return the address of the developer whose pages are warm."""
    return _email(size, 0)


def _email(size: int, number: int) -> str:
    return f"d{size}-{number}@example.com"


def _size(email: str) -> int:
    return int(email[1:].partition("-")[0])


def _app(number: int, products: Sequence[str]) -> dict[str, Any]:
    count = 1 + number % PRODUCTS_AT_MOST
    held = [products[(number + step) % len(products)] for step in range(count)]
    granted = [{"apiproduct": name, "status": "approved"} for name in held]
    keys = [{"status": "approved", "issuedAt": "-30d", "apiProducts": granted}]
    if number % TWO_KEYS_EVERY == 0:
        keys.append({"status": "revoked", "issuedAt": "-90d", "apiProducts": granted})
    return {
        "name": f"app-{number:04d}",
        "attributes": {"DisplayName": f"Application {number}"},
        "createdAt": f"-{100 + number % 200}d",
        "credentials": keys,
    }

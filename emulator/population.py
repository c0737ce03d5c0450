"""A population of any size: developers, apps and keys computed from their number when asked.

Nothing is kept. Every text that others look things up by (e-mail, ids, consumer key, app name)
leads back to the number it was made of, so finding one costs the same among ten and among a
million. The same plan gives the same population on every machine.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from emulator.layers import Nothing, Numbered
from emulator.model import ApiProduct, Credential, Developer, DeveloperApp, ProductOnKey, Stamp

# Ascending, so that e-mails made of them are; a name's own prefix comes before it.
_FIRST_NAMES = (
    "ada aisha ana anders anna bea ben carla chen clara dana david elena emil eva farid fatima"
    " finn grace hana hugo ines ivan jana jonas kai lara leo lina luca maja marta mei milan nadia"
    " noah olga omar paula pavel priya ravi rosa sami sara sofia tariq tomas vera yuki"
)
_LAST_NAMES = (
    "abbott adler ahmed bauer becker bianchi blom carter costa cruz diaz duarte egger fischer"
    " garcia haas hansen ito jansen kaya keller khan kim kovac larsen lopez mandal marino meyer"
    " moreau nagy novak okafor olsen park patel petrov reyes rossi ruiz santos sato silva singh"
    " torres vogel wagner weber yilmaz zhou"
)
FIRST, LAST = tuple(_FIRST_NAMES.split()), tuple(_LAST_NAMES.split())
_WORDS = ("weather", "trips", "billing", "maps", "orders", "loyalty", "tracking", "reports")
_EMAIL = re.compile(r"([a-z]+)\.([a-z]+)(\d{6})@example\.com")
_BORN = 1_600_000_000_000
# Seven minutes and a bit between two developers, in milliseconds.
_STEP = 431_007
_RING = 1 << 32
# An odd factor spreads the numbers in keys, and its inverse leads back.
_FACTOR = 2_654_435_761
_INVERSE = pow(_FACTOR, -1, _RING)
_HEX = 16
_BY = "ops@example.com"
MOST = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many developers, how many apps for each `every`-th of them, and how many products.

    Each app has one key with one product. Raises ValueError for numbers that cannot work.
    """

    developers: int = 0
    apps: int = 0
    every: int = 1
    products: int = 3

    def __post_init__(self) -> None:
        lowest = {"developers": 0, "apps": 0, "every": 1, "products": 0}
        for name, least in lowest.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(f"{name} is a whole number")  # noqa: TRY004 - one kind of error
            if not least <= value <= MOST:
                raise ValueError(f"{name} is a number from {least} to {MOST}")


@dataclass(frozen=True)
class Texts:
    """A numbered sequence made of two functions that undo each other."""

    size: int
    text: Callable[[int], str]
    guess: Callable[[str], int | None]

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < self.size:
            raise IndexError(number)
        return self.text(number)

    def number(self, text: str) -> int | None:
        """The number whose text is exactly this one."""
        guess = self.guess(text)
        known = guess is not None and 0 <= guess < self.size and self.text(guess) == text
        return guess if known else None


class Population:
    """The entities of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        owners = -(-plan.developers // plan.every)
        self._size, self._apps = plan.developers, owners * plan.apps
        self.emails: Numbered = Texts(self._size, self._email, self._email_number)
        self.developer_ids = _ids(self._size, "developer")
        self.app_ids = _ids(self._apps, "app")
        self.app_names: Numbered = Texts(self._apps, _app_name, _app_number)
        self.keys: Numbered = Texts(self._apps, _key, _key_number)

    @cached_property
    def products(self) -> Sequence[ApiProduct]:
        """The products, every fourth of them with manual approval."""
        return [_product(number) for number in range(self.plan.products)]

    def developer(self, number: int) -> Developer:
        first, last, _ = self._name(number)
        email = self._email(number)
        return Developer(
            developer_id=self.developer_ids[number],
            email=email,
            first_name=first.capitalize(),
            last_name=last.capitalize(),
            user_name=email.partition("@")[0],
            stamp=_stamp(number),
        )

    def app(self, number: int) -> DeveloperApp:
        owner = number // self.plan.apps * self.plan.every
        stamp = _stamp(owner)
        name = _app_name(number)
        credential = Credential(
            consumer_key=_key(number),
            consumer_secret=_digest("secret", number)[:16],
            issued_at=stamp.created_at,
            products=self._granted(number),
        )
        return DeveloperApp(
            app_id=self.app_ids[number],
            developer_id=self.developer_ids[owner],
            name=name,
            attributes={"DisplayName": name.replace("-", " ").capitalize()},
            credentials=(credential,),
            stamp=stamp,
        )

    def apps_of(self, developer_id: str) -> Sequence[str]:
        """The names of the apps a developer has from the start, in the order of paging."""
        owner = self.developer_ids.number(developer_id)
        if owner is None or owner % self.plan.every:
            return ()
        first = owner // self.plan.every * self.plan.apps
        return sorted(_app_name(first + each) for each in range(self.plan.apps))

    def app_id(self, developer_id: str, name: str) -> str | None:
        """The app that a developer has under a name from the start."""
        number = self.app_names.number(name)
        if number is None:
            return None
        owner = self.developer_ids[number // self.plan.apps * self.plan.every]
        return self.app_ids[number] if owner == developer_id else None

    def app_ids_where(self, test: Callable[[DeveloperApp], bool]) -> Numbered:
        """The ids of the apps a test is true of, which must not tell apps of one product apart.

        All apps with the same product are alike but for names, so one of each is looked at.
        """
        kinds = max(len(self.products), 1)
        found = [kind for kind in range(min(kinds, self._apps)) if test(self.app(kind))]
        many, ids = len(found), self.app_ids
        if not many:
            return Nothing()

        def text(place: int) -> str:
            return ids[place // many * kinds + found[place % many]]

        def guess(given: str) -> int | None:
            number = ids.number(given)
            if number is None or number % kinds not in found:
                return None
            return number // kinds * many + found.index(number % kinds)

        whole, rest = divmod(self._apps, kinds)
        return Texts(whole * many + sum(kind < rest for kind in found), text, guess)

    def _granted(self, number: int) -> tuple[ProductOnKey, ...]:
        if not self.products:
            return ()
        product = self.products[number % len(self.products)]
        return (ProductOnKey(product.name, "approved"),)

    def _name(self, number: int) -> tuple[str, str, int]:
        """First name, last name and the number that tells namesakes apart."""
        pairs = len(FIRST) * len(LAST)
        namesakes = -(-self._size // pairs)
        pair = number * pairs // self._size if namesakes == 1 else number // namesakes
        first, last = divmod(pair, len(LAST))
        return FIRST[first], LAST[last], number % namesakes

    def _email(self, number: int) -> str:
        first, last, namesake = self._name(number)
        return f"{first}.{last}{namesake:06d}@example.com"

    def _email_number(self, email: str) -> int | None:
        found = _EMAIL.fullmatch(email)
        if found is None or found[1] not in _PLACES or found[2] not in _LAST_PLACES:
            return None
        pairs = len(FIRST) * len(LAST)
        namesakes = -(-self._size // pairs)
        pair = _PLACES[found[1]] * len(LAST) + _LAST_PLACES[found[2]]
        if namesakes <= 1:
            return -(-pair * self._size // pairs)
        return pair * namesakes + int(found[3])


def _ids(size: int, kind: str) -> Numbered:
    """Ids that look like random UUIDs, ascending with the number that their first part holds."""
    if not size:
        return Nothing()
    step = _RING // size

    def text(number: int) -> str:
        tail = hashlib.blake2b(f"{kind}:{number}".encode(), digest_size=12).hexdigest()
        return f"{number * step:08x}-{tail[:4]}-4{tail[5:8]}-a{tail[9:12]}-{tail[12:]}"

    def guess(given: str) -> int | None:
        number = _from_hex(given[:8])
        return None if number is None else number // step

    return Texts(size, text, guess)


def _app_name(number: int) -> str:
    return f"{_WORDS[number % len(_WORDS)]}-{number}"


def _app_number(name: str) -> int | None:
    digits = name.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _HEX else None


def _key(number: int) -> str:
    return f"{_digest('key', number)[:24]}{number * _FACTOR % _RING:08x}"


def _key_number(key: str) -> int | None:
    number = _from_hex(key[24:])
    return None if number is None else number * _INVERSE % _RING


def _from_hex(text: str) -> int | None:
    try:
        return int(text, 16)
    except ValueError:
        return None


def _digest(kind: str, number: int) -> str:
    """Letters and digits that look random."""
    raw = hashlib.blake2b(f"{kind}:{number}".encode(), digest_size=24).digest()
    return base64.b64encode(raw, altchars=b"xY").decode()


def _stamp(number: int) -> Stamp:
    at = _BORN + number * _STEP
    return Stamp(created_at=at, created_by=_BY, modified_at=at, modified_by=_BY)


def _product(number: int) -> ApiProduct:
    manual = number % 4 == 3  # noqa: PLR2004 - every fourth
    settings = {
        "displayName": f"Generated product {number + 1}",
        "approvalType": "manual" if manual else "auto",
        "environments": ["prod"],
        "proxies": ["weather"],
        "apiResources": ["/**"],
    }
    name = f"generated-{number + 1:04d}"
    attributes = {"access": "public"}
    return ApiProduct(name=name, stamp=_stamp(number), attributes=attributes, settings=settings)


_PLACES = {name: place for place, name in enumerate(FIRST)}
_LAST_PLACES = {name: place for place, name in enumerate(LAST)}

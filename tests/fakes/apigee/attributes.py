"""Custom attributes of anything that the fake Apigee holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.attributes import Attribute, changed, value_of
from app.domain.errors import NotFound
from tests.fakes.apigee.state import FakeState

Attributes = tuple[Attribute, ...]


@dataclass
class FakeAttributes:
    """``ApigeeAttributes`` of one object, which ``read`` finds and ``write`` changes."""

    fake: FakeState
    read: Callable[[], Attributes]
    write: Callable[[Attributes], object]

    def all(self) -> Sequence[Attribute]:
        with self.fake.call("attributes.all"):
            return self.read()

    def get(self, name: str) -> str:
        with self.fake.call("attributes.get"):
            return self._value(name)

    def set(self, name: str, value: str) -> None:
        with self.fake.call("attributes.set"):
            self.write(changed(self.read(), {name: value}))

    def remove(self, name: str) -> None:
        with self.fake.call("attributes.remove"):
            self._value(name)
            self.write(changed(self.read(), {name: None}))

    def replace(self, attributes: Sequence[Attribute]) -> None:
        with self.fake.call("attributes.replace"):
            self.read()
            self.write(tuple(attributes))

    def _value(self, name: str) -> str:
        value = value_of(self.read(), name)
        if value is None:
            raise NotFound("There is no such attribute.")
        return value

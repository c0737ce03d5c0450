"""The fake organization itself with its products."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.attributes import Attribute
from app.domain.errors import AlreadyExists, NotFound
from app.domain.organization import Environment, Organization, Placement, Runtime
from app.domain.products import ApiProduct, NewProduct
from tests.fakes.apigee.attributes import Attributes, FakeAttributes
from tests.fakes.apigee.state import FakeState

ENVIRONMENTS = ("prod", "test")


@dataclass
class FakeOrganization:
    """``ApigeeOrganization`` over the fake."""

    fake: FakeState

    def get(self) -> Organization:
        with self.fake.call("organization.get"):
            runtime = Runtime.CLOUD if self.fake.flavor == "x" else Runtime.EDGE
            return Organization("demo", "demo", runtime, ENVIRONMENTS)

    def environments(self) -> Sequence[str]:
        with self.fake.call("environments.all"):
            return ENVIRONMENTS

    def environment(self, name: str) -> Environment:
        with self.fake.call("environments.get"):
            if name not in ENVIRONMENTS:
                raise NotFound("There is no such environment.")
            return Environment(name)

    def placement(self) -> Placement:
        if self.fake.flavor != "x":
            raise NotFound("Edge has no project mapping.")
        with self.fake.call("organization.placement"):
            return Placement("demo", "demo", "https://apigee.googleapis.com/v1")


@dataclass
class FakeProducts:
    """``ApigeeProducts`` over the fake."""

    fake: FakeState

    def all(self) -> Sequence[ApiProduct]:
        with self.fake.call("products.all"):
            return tuple(self.fake.by_product[name] for name in sorted(self.fake.by_product))

    def get(self, name: str) -> ApiProduct:
        with self.fake.call("products.get"):
            return self._held(name)

    def create(self, new: NewProduct) -> ApiProduct:
        with self.fake.call("products.create"):
            if new.name in self.fake.by_product:
                raise AlreadyExists("There is an API product with that name already.")
            made = ApiProduct(
                name=new.name,
                display_name=new.display_name,
                approval=new.approval,
                access=new.access,
                scopes=new.scopes,
                environments=new.environments,
                attributes=(Attribute("access", new.access), *new.attributes),
            )
            return self.fake.put_product(made)

    def delete(self, name: str) -> None:
        with self.fake.call("products.delete"):
            del self.fake.by_product[self._held(name).name]

    def attributes(self, name: str) -> FakeAttributes:
        def write(attributes: Attributes) -> None:
            self.fake.put_product(replace(self._held(name), attributes=attributes))

        return FakeAttributes(self.fake, lambda: self._held(name).attributes, write)

    def _held(self, name: str) -> ApiProduct:
        if name not in self.fake.by_product:
            raise NotFound("There is no such API product.")
        return self.fake.by_product[name]

"""The products port means the same in the fake and on both flavours."""

from tests.contract.organizations import PRODUCTS, Organization


def test_every_product_is_read_whole_in_one_call(organization: Organization) -> None:
    found = organization.products.all()
    assert sorted(found, key=lambda product: product.name) == list(PRODUCTS)
    assert organization.calls() == 1

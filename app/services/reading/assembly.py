"""Putting together what people read."""

from app.services.ingredients import Ports
from app.services.products import Products
from app.services.reading.apis import ApiReading
from app.services.reading.pages import PageReading
from app.services.reading.reading import Reading
from app.services.reading.search import Search
from app.services.reading.site import SiteReading


def reading(ports: Ports, products: Products) -> Reading:
    """Build the services of reading."""
    read = ports.reading
    apis = ApiReading(ports.apis, read.references, products, read.first_call)
    pages = PageReading(ports.reading.pages)
    return Reading(
        apis=apis,
        pages=pages,
        site=SiteReading(ports.reading.site, ports.reading.pages),
        search=Search(ports.reading.search, apis, pages, products),
        checked=ports.reading.checked,
        is_written=ports.reading.is_written,
        prepare=ports.reading.prepare,
    )

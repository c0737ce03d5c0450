"""Names of pictures and downloads in addresses: a path that ends in one of the known types."""

from werkzeug.routing import PathConverter

ENDINGS = "avif|csv|gif|jpeg|jpg|json|pdf|png|svg|txt|webp|yaml|yml|zip"


class MediaName(PathConverter):
    """``<media:…>`` in routes; whatever ends otherwise is a page's address."""

    weight = PathConverter.weight - 1  # before a page's address
    regex = rf"[^/].*?\.(?:{ENDINGS})"

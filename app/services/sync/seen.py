"""Which rows of the index were seen on Apigee: a bit for each, so that a million need 125 kB."""

import zlib
from typing import Final, Self

QUICK: Final = 1


class Seen:
    """A set of row numbers that packs well, as most rows were written in Apigee's order."""

    def __init__(self, bits: bytes = b"") -> None:
        self._bits = bytearray(bits)

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Return the set that was packed; of nothing it is empty."""
        return cls(zlib.decompress(packed) if packed else b"")

    def packed(self) -> bytes:
        """Return the set as few bytes."""
        return zlib.compress(self._bits, QUICK)

    def add(self, row: int) -> None:
        """Note that a row was seen."""
        place, bit = divmod(row, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def __contains__(self, row: int) -> bool:
        place, bit = divmod(row, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

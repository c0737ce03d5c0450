"""The content folder: what becomes an API."""

from pathlib import Path

import pytest

from app.domain.apis import Api, ApiOperation, KeyPlace
from tests.unit.writing import OPENAPI, TOML, Write, catalogue_of


def only(folder: Path) -> Api:
    [api] = catalogue_of(folder).all()
    return api


def operations(write: Write, folder: Path, document: object) -> tuple[ApiOperation, ...]:
    write(document=document)
    return only(folder).operations


def test_an_api_is_read_with_its_document(write: Write, tmp_path: Path) -> None:
    write()

    api = only(tmp_path)

    assert (api.slug, api.title, api.version) == ("weather", "Weather", "1.2")
    assert api.description == "Looks at the sky."
    assert api.products == ("weather-free", "weather-pro")
    assert (api.key_place, api.key_name) == (KeyPlace.QUERY, "apikey")
    assert api.base_url == "https://api.example.com/weather"
    assert (api.token_url, api.proxy) == ("https://api.example.com/token", "weather-v1")
    assert (api.base_path, api.environments) == ("/weather", ("test", "prod"))
    assert api.operations == (
        ApiOperation("today", "GET", "/today", "Weather of today"),
        ApiOperation("get-cities-city", "GET", "/cities/{city}", needs_values=True),
        ApiOperation("remove-city", "DELETE", "/cities/{city}", needs_values=True),
    )
    assert api.curl("k") == "curl 'https://api.example.com/weather/today?apikey=k'"


def test_two_lines_are_enough_and_the_document_gives_the_title(
    write: Write, tmp_path: Path
) -> None:
    write(toml='document = "openapi.json"\nbase_url = "http://localhost:8001/proxy"\n')

    api = only(tmp_path)

    assert api.title == "Weather API"
    assert (api.key_place, api.key_name) == (KeyPlace.HEADER, "x-apikey")
    assert api.products == ()


def test_a_document_in_yaml_with_aliases_is_read(write: Write, tmp_path: Path) -> None:
    yaml = """\
openapi: 3.0.3
info: {title: Weather, version: 1.10}
x-shared: &answer {summary: Weather of today}
paths:
  /today:
    get: *answer
  /tomorrow:
    get:
      <<: *answer
      operationId: tomorrow
"""
    write(toml=TOML.replace("json", "yaml"), document=yaml, name="openapi.yaml")

    found = only(tmp_path).operations

    assert [item.operation_id for item in found] == ["get-today", "tomorrow"]
    assert {item.summary for item in found} == {"Weather of today"}


def test_a_document_of_swagger_2_is_read(write: Write, tmp_path: Path) -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "paths": {"/today": {"post": {"operationId": "makeToday"}}},
    }

    assert operations(write, tmp_path, document) == (ApiOperation("makeToday", "POST", "/today"),)


def test_operation_ids_are_unique_and_safe_in_addresses(write: Write, tmp_path: Path) -> None:
    document = {
        **OPENAPI,
        "paths": {
            "/": {"get": {}},
            "/a": {"get": {"operationId": "same"}, "post": {"operationId": "same"}},
            "/b": {"get": {"operationId": "same-2"}, "put": {"operationId": "../é"}},
            "/é": {"patch": {"operationId": 5}, "trace": None},
            "/c": "no item",
        },
    }

    ids = [item.operation_id for item in operations(write, tmp_path, document)]

    assert ids == ["get", "same", "same-2", "same-2-2", "put-b", "patch"]


def test_required_parameters_count_but_for_the_key_itself(write: Write, tmp_path: Path) -> None:
    city = {"name": "city", "in": "query", "required": True}
    key = {"name": "ApiKey", "in": "query", "required": True}
    document = {
        **OPENAPI,
        "components": {"parameters": {"the/city": city, "key": key}},
        "paths": {
            "/a": {"get": {"parameters": [key, {"name": "unit", "in": "query"}, "odd"]}},
            "/b": {"parameters": [city], "get": {}},
            "/c": {"get": {"parameters": [{"$ref": "#/components/parameters/the~1city"}]}},
            "/d": {"get": {"parameters": [{"$ref": "#/components/parameters/key"}]}},
            "/e": {"get": {"parameters": [{"$ref": "other.yaml#/city"}]}},
        },
    }

    found = operations(write, tmp_path, document)

    assert [item.path for item in found if item.needs_values] == ["/b", "/c"]


def test_several_apis_may_belong_to_one_product(write: Write, tmp_path: Path) -> None:
    write("weather")
    write("climate", TOML.replace('"Weather"', '"a climate"'))
    catalogue = catalogue_of(tmp_path)

    assert [api.slug for api in catalogue.all()] == ["climate", "weather"]
    assert [api.slug for api in catalogue.for_product("weather-pro")] == ["climate", "weather"]
    assert catalogue.for_product("other") == ()


def test_a_missing_folder_is_an_empty_catalogue(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert catalogue_of(tmp_path / "nowhere").all() == ()
    assert caplog.text == ""


def test_a_file_in_place_of_the_folder_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "apis").write_text("not a folder", encoding="utf-8")

    assert catalogue_of(tmp_path).all() == ()
    assert "The content cannot be read: Not a directory" in caplog.text


def test_files_and_hidden_folders_beside_the_apis_are_no_apis(
    write: Write, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write()
    write(".git", toml=None)
    (tmp_path / "apis" / "README.md").write_text("Here are the APIs.", encoding="utf-8")

    assert only(tmp_path).slug == "weather"
    assert caplog.text == ""


def test_a_link_inside_the_content_is_followed(write: Write, tmp_path: Path) -> None:
    folder = write()
    (folder / "openapi.json").rename(tmp_path / "shared.json")
    (folder / "openapi.json").symlink_to(tmp_path / "shared.json")

    assert only(tmp_path).version == "1.2"

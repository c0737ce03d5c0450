"""Forms as templates see them."""

import pytest
from flask import Flask
from wtforms import BooleanField, StringField

from app.web import forms


class Everything(forms.Form):
    """A form with a field of each kind."""

    word = StringField()
    tick = BooleanField()


@pytest.fixture
def flask_app() -> Flask:
    app = Flask("test")
    app.secret_key = "for this test"
    return app


def test_a_form_that_was_sent_shows_values_and_problems(flask_app: Flask) -> None:
    data = {"word": " a\x07b ", "tick": "y"}
    with flask_app.test_request_context(method="POST", data=data):
        form = Everything()
        shown = forms.shown(form, {"word": "Too short."}, fixed="kept")
        assert forms.text(form.word) == "a\x07b"
    assert shown.word.value == " ab "
    assert shown.word.error == "Too short."
    assert shown.tick.value is True
    assert shown.tick.error is None
    assert shown.fixed.value == "kept"
    assert shown.errors == (("word", "Too short."),)


def test_a_field_that_is_not_there_is_an_error_of_the_template(flask_app: Flask) -> None:
    with flask_app.test_request_context():
        shown = forms.first_shown({"a": 1})
    with pytest.raises(AttributeError):
        _ = shown.b


def test_an_argument_is_cut_and_cleaned(flask_app: Flask) -> None:
    with flask_app.test_request_context("/?q=%20a%00b%E2%80%AE&long=" + "x" * 900):
        assert forms.argument("q") == "ab"
        assert len(forms.argument("long")) == 500
        assert forms.argument("none") == ""


def test_a_value_is_that_of_the_form_where_one_is_sent(flask_app: Flask) -> None:
    with flask_app.test_request_context("/?do=read"):
        assert forms.value("do") == "read"
    with flask_app.test_request_context("/?do=block&more=1", method="POST", data={"do": "allow"}):
        assert forms.value("do") == "allow"
        assert forms.value("more") == ""


def test_lines_of_a_text_stay(flask_app: Flask) -> None:
    del flask_app
    assert forms.visible("one\r\ntwo\tthree\x00") == "one\r\ntwo\tthree"

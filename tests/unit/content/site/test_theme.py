"""The theme: what it changes, and what a mistake costs."""

import struct
from collections.abc import Callable

import pytest

from app.domain.theme import Theme
from tests.unit.content.site.folder import Folder

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9v9z"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 60, 30)
WOFF2 = b"wOF2" + b"\0" * 60
Told = Callable[[str], list[str]]


@pytest.fixture
def told(folder: Folder) -> Told:
    """Write ``theme.toml`` beside some files and return what is wrong with it."""
    folder.write("theme/logo.svg", SVG)
    folder.write("theme/night.png", PNG)
    folder.write("theme/fonts/brand.woff2", WOFF2)

    def write(text: str) -> list[str]:
        folder.write("theme.toml", text)
        return folder.problems()

    return write


def test_without_a_file_the_look_is_the_portal_s_own(folder: Folder) -> None:
    assert folder.site.theme() == Theme()


def test_a_brand_brings_what_belongs_to_it_in_both_modes(folder: Folder, told: Told) -> None:
    assert told('[colors.light]\nbrand = "#0f766e"\n') == []
    style = folder.site.theme().style
    assert "--brand: light-dark(#0f766e, #" in style
    assert "--brand-on: light-dark(#ffffff, #" in style
    assert style.startswith("@layer tokens {")
    assert "--canvas" not in style


def test_a_color_that_cannot_be_read_falls_back_alone(folder: Folder, told: Told) -> None:
    [problem] = told('[colors.light]\nbrand = "#0f766e"\ntext-soft = "#cccccc"\n')
    assert problem.startswith(
        "theme.toml:3: in light mode text-soft #cccccc and surface #ffffff have a contrast of 1.6"
    )
    assert "the nearest that passes is #" in problem
    style = folder.site.theme().style
    assert "#cccccc" not in style
    assert "--brand: light-dark(#0f766e" in style


def test_logo_and_icon_have_their_size(folder: Folder, told: Told) -> None:
    assert not told("""
icon = "logo.svg"
[logo]
light = "logo.svg"
dark = "night.png"
alt = "Quillhaven"
height = 30
with_name = false
""")
    theme = folder.site.theme()
    assert theme.logo is not None
    assert (theme.logo.width, theme.logo.dark_width, theme.logo.height) == (90, 60, 30)
    assert theme.logo.dark is not None
    assert theme.logo.dark.media_type == "image/png"
    assert theme.icon is not None
    assert set(theme.files) == {"logo.svg", "night.png"}


def test_fonts_come_from_the_folder_and_swap(folder: Folder, told: Told) -> None:
    assert not told("""
[fonts]
text = "Brand Sans"
code = "system"
[[font]]
family = "Brand Sans"
file = "fonts/brand.woff2"
weight = "100 900"
[[font]]
family = "Brand Sans"
file = "fonts/brand.woff2"
style = "italic"
""")
    style = folder.site.theme().style
    assert '--font-text: "Brand Sans", -apple-system' in style
    assert style.count("@font-face") == style.count("font-display: swap") == 2
    assert 'src: url("fonts/brand.woff2?v=' in style
    assert "--font-code" not in style


def test_the_own_sheet_comes_behind_and_its_files_are_sent(folder: Folder, told: Told) -> None:
    folder.write("theme/own.css", ".bar { background: url(logo.svg) }")
    assert not told('css = "own.css"\nradius = 2\n')
    theme = folder.site.theme()
    assert theme.style.endswith(".bar { background: url(logo.svg) }")
    assert "--radius: 2px;" in theme.style
    assert folder.site.file("logo.svg") is not None
    assert folder.site.file("night.png") is None
    assert folder.site.file("own.css") is None


def test_of_a_sheet_with_one_bad_line_nothing_is_used(folder: Folder, told: Told) -> None:
    folder.write("theme/own.css", ".a { color: red }\n@import 'x';\n")
    [problem] = told('css = "own.css"\nradius = 2\n')
    assert problem == "theme/own.css:2: @import is not for a theme: remove it"
    assert ".a" not in folder.site.theme().style
    assert "--radius" in folder.site.theme().style


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("colour = 1\n", 1, "colour is not known here"),
        ("radius = 40\n", 1, "radius must be a whole number from 0 to 16"),
        ('radius = "8px; } * { color: red"\n', 1, "radius must be a whole number"),
        ('[colors.light]\nbrand = "red"\n', 2, "'red' is no color"),
        ('[colors.light]\nbrand = "#fff; } </style>"\n', 2, "is no color"),
        ('[colors.light]\nbrand = "expression(alert(1))"\n', 2, "is no color"),
        ('[colors.light]\nbrand = "url(data:x)"\n', 2, "is no color"),
        ("[colors.light]\nbrand = 3\n", 2, "brand must be text"),
        ('[colors.light]\naccent = "#fff"\n', 2, "accent is not known here"),
        ("[colors]\nlight = 3\n", 2, "3 must be a table"),
        ('[logo]\nalt = "x"\n', 1, "has no light"),
        ('[logo]\nlight = "../logo.svg"\n', 2, "is no path below theme/"),
        ('[logo]\nlight = "https://x.example/a.svg"\n', 2, "is on another host"),
        ('[logo]\nlight = "none.svg"\n', 2, "theme/none.svg does not exist"),
        ('[logo]\nlight = "logo.gif"\n', 2, "has a type that is not used here"),
        ('[logo]\nlight = "logo.svg"\nheight = 400\n', 3, "height must be a whole number"),
        ('[fonts]\ntext = "Elsewhere"\n', 2, "text must be one of system, serif"),
        ('[[font]]\nfamily = "a; } *{}"\nfile = "fonts/brand.woff2"\n', 2, "family is a name"),
        ('[[font]]\nfamily = "A"\nfile = "https://x.example/a.woff2"\n', 3, "is on another host"),
        ('[[font]]\nfamily = "A"\nfile = "logo.svg"\n', 3, "has a type that is not used here"),
        ('[[font]]\nfamily = "A"\nfile = "fonts/brand.woff2"\nweight = "bold"\n', 4, "weight is"),
        ('css = "../navigation.toml"\n', 1, "leads out of the folder"),
        ('css = "https://x.example/own.css"\n', 1, "is on another host"),
        ('css = "none.css"\n', 1, "does not exist"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_changes_nothing(
    folder: Folder, told: Told, text: str, line: int, words: str
) -> None:
    [problem] = told(text)
    assert problem.startswith(f"theme.toml:{line}: ")
    assert words in problem
    theme = folder.site.theme()
    assert (theme.style, theme.icon) == ("", None)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.svg", SVG.replace("<path", "<script>x</script><path"), "holds a script"),
        ("a.svg", SVG.replace("<path", '<path onload="x"'), "holds a script"),
        ("a.svg", SVG.replace("<path", "<foreignObject/><path"), "holds a script"),
        ("a.svg", SVG.replace("viewBox", "data-box"), "give it a viewBox"),
        ("a.svg", "no picture", "give it a viewBox"),
        ("a.svg", SVG + " " * 100_000, "is larger than"),
        ("a.png", SVG, "is not what its name says"),
        ("a.png", PNG[:18], "give it a viewBox"),
    ],
)
def test_a_picture_that_is_none_is_refused(
    folder: Folder, told: Told, name: str, body: str | bytes, words: str
) -> None:
    folder.write(f"theme/{name}", body)
    [problem] = told(f'icon = "{name}"\n')
    assert words in problem
    assert folder.site.theme().icon is None


def test_a_link_out_of_the_folder_is_not_followed(folder: Folder, told: Told) -> None:
    folder.write("secret.svg", SVG)
    (folder.root / "theme" / "link.svg").symlink_to(folder.root / "secret.svg")
    [problem] = told('icon = "link.svg"\n')
    assert "does not exist" in problem


def test_a_sheet_that_is_too_long_is_refused(folder: Folder, told: Told) -> None:
    folder.write("theme/own.css", "a{}" * 30_000)
    [problem] = told('css = "own.css"\n')
    assert "is longer than 64000 characters" in problem


def test_a_file_that_is_broken_leaves_the_look_as_it_was(folder: Folder, told: Told) -> None:
    told("radius = 3\n")
    assert "--radius: 3px" in folder.site.theme().style
    [problem] = told("radius = \n")
    assert problem.startswith("theme.toml:1: is not valid TOML")
    assert "--radius: 3px" in folder.site.theme().style


def test_a_new_logo_is_seen_by_its_time(folder: Folder, told: Told) -> None:
    told('icon = "logo.svg"\n')
    before = folder.site.theme().files["logo.svg"].digest
    folder.write("theme/logo.svg", SVG.replace("40", "50"))
    assert folder.site.theme().files["logo.svg"].digest != before

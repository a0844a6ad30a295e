"""What browsers get that know no `light-dark()`, and of the portal's sheet those, too, that know no layers (U115)."""

import re
from pathlib import Path

import pytest

from core.web import assets, older

ROOT = Path(__file__).parent.parent.parent
WRITTEN = """
/* a sheet { with a brace in its comment */
@layer tokens, parts;
@layer tokens {
  :root { color-scheme: light dark; --ink: light-dark(#111, #eee); --soft: var(--ink); --gap: 4px;
          --shade: 0 1px light-dark(rgb(0 0 0 / .1), rgb(0 0 0 / .7)); }
  @media (prefers-contrast: more) { :root { --soft: var(--ink); --ink: light-dark(black, white); } }
}
@layer parts {
  .go:hover { background: color-mix(in oklab, var(--ink) 88%, var(--soft)); color: var(--ink) }
}
"""


def unspaced(text):
    return re.sub(r"\s+", " ", text).strip()


def test_a_whole_sheet_comes_without_layers_light_and_then_dark():
    assert unspaced(older.whole(WRITTEN)) == unspaced("""
@supports not (color: light-dark(red, red)) {
  :root { color-scheme: light dark; --ink: #111; --soft: var(--ink); --gap: 4px; --shade: 0 1px rgb(0 0 0 / .1); }
  @media (prefers-contrast: more) { :root { --soft: var(--ink); --ink: black; } }
  .go:hover { background: var(--ink); color: var(--ink); }
  @media screen and (prefers-color-scheme: dark) {
    :root:not([data-theme="light"]) { --ink: #eee; --shade: 0 1px rgb(0 0 0 / .7); }
    @media (prefers-contrast: more) { :root:not([data-theme="light"]) { --soft: var(--ink); --ink: white; } } }
  :root[data-theme="dark"] { --ink: #eee; --shade: 0 1px rgb(0 0 0 / .7); }
  @media (prefers-contrast: more) { :root[data-theme="dark"] { --soft: var(--ink); --ink: white; } }
}""")


def test_colours_alone_leave_the_rest_to_the_layers():
    said = older.colours(WRITTEN)
    assert "--ink: #111;" in said and "--ink: #eee;" in said
    assert "--gap" not in said and ".go" not in said


@pytest.mark.parametrize(("app", "for_older"), [("portal", older.whole), ("staffbot", older.colours)])
def test_what_older_browsers_get_asks_for_nothing_newer(app, for_older):
    sheet = assets.sheet(ROOT / app / "static" / "css", app, for_older).data.decode()
    told, kept = sheet.split(older.QUESTION)
    assert not re.search(r"@layer|light-dark|color-mix|(?<!vh; )(?:max|min)-block-size: \d+dvh", kept)
    assert kept.count("{") == kept.count("}") > 10
    named = re.findall(r"(--[\w-]+):[^;]*light-dark", told)
    assert named and all(kept.count(f"{name}:") >= 3 for name in named)  # light, the device's dark, the chosen dark


def test_colours_that_differ_by_theme_stand_at_the_root():
    for path in [*ROOT.glob("*/static/css/*.css"), *ROOT.glob("core/web/css/*.css")]:
        written = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for declaration in re.findall(r"([^\s:{;]+):[^;{}]*light-dark\(", written):
            assert declaration.startswith("--"), f"{path}: {declaration}"


def test_no_page_is_as_high_as_only_newer_browsers_can_say():
    for path in [*ROOT.glob("*/static/css/*.css"), *ROOT.glob("core/web/css/*.css")]:
        for found in re.finditer(r"([\w-]+): (\d+)dvh", path.read_text()):
            assert f"{found[1]}: {found[2]}vh; {found[0]}" in path.read_text(), f"{path}: {found[0]}"

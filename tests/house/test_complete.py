"""What must be complete is tested for completeness: words, help, layers, names, sizes."""

import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import core
import portal
import staffbot
from core.cli import wording as cli_words
from core.cli.app import latchkey
from core.delivery.odd_calls import Oddity
from core.delivery.words import STOPS, Bar, Status, Unclear
from core.errors import LatchkeyError
from core.release.words import Release
from core.web import assets, older
from portal import wording as patient_words
from staffbot import addresses, delivery_words
from staffbot import wording as staff_words
from staffbot.commands.grammar import all_commands
from tests.conftest import BUSY, WAITING

ROOT = Path(__file__).parent.parent.parent
SOURCES = [path for folder in ("core", "staffbot", "portal") for path in (ROOT / folder).rglob("*.py")]


def modules():
    for package in (core, staffbot, portal):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(".wsgi") and ".migrations" not in found.name:
                yield importlib.import_module(found.name)


def errors() -> list[type[LatchkeyError]]:
    """Every typed error there is."""
    list(modules())
    found, waiting = [], [LatchkeyError]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        found += [one] if one is not LatchkeyError else []
    return found


OPERATORS_ONLY = {"BadSettings", "ScannerDown", "ScannerBlind", "FileThere", "NotABackup", "NoBackupKey", "NewerBackup", "OldSchema", "WrongMasterKey", "BadFile", "EmailTaken", "LastOwner", "UnknownReference",
                  "NoSuchFile", "NotAResponse", "NothingWaits", "AnswersRefused", "NotReached", "AskedTooOften", "NoPort", "NoSuchPractice", "NotSetUp", "AlreadySetUp", "NotATrail", "DemoDatabase", "Refused", "TryAgain", "TooFast", "Halted", "SenderRefused", "Unsure"}  # fmt: skip
PATIENTS_ONLY = {"CodeWrong", "CardMalformed", "BirthMalformed", "PinNotTyped", "CodeMalformed", "AskLater", "DayLimit", "NoMobile", "TextsWait", "LinkGone", "LinkExpired", "LinkFrozen",
                 "Busy", "NoLink", "SessionOver", "AlreadySent", "NotComplete", "StalePage"}  # fmt: skip
STAFF_ONLY = {"KnownAlready", "ChangedMeanwhile", "SignedOut", "TaskTaken", "TaskOver", "UnknownCommand", "Ambiguous", "NoOneFits", "NoneCalled", "NothingOpen", "WrongSignIn", "NotOnTrial", "TrialOver", "Stale", "TooLate", "Undecided", "NotThen",
              "MissingEmail", "MissingMobile", "MissingBoth", "MissingPin", "OptedOut", "Suppressed", "Forbidden", "NotAForm", "NeedsAccepting", "CannotPrint", "SketchChanged", "NotToBeAltered",
              "WrongFactor", "FactorClosed", "AlreadyEnrolled", "EnrolmentOver", "TicketOver", "ProofNeeded", "PasskeyNeeded", "WrongPasskey", "PasswordLinkOver", "SharesItsKey"}  # fmt: skip


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.__name__)
def test_every_error_is_worded_in_every_face_that_can_meet_it(error):
    name = error.__name__
    if name not in OPERATORS_ONLY | PATIENTS_ONLY:
        assert error in staff_words.CODES and error in staff_words.SENTENCES
    if name not in OPERATORS_ONLY | STAFF_ONLY:
        assert error in patient_words.PAGES or error in patient_words.SENTENCES
    if name not in {
        "NoLink",
        "SessionOver",
        "SignedOut",
        "ProofNeeded",
        "PasskeyNeeded",
        "UnknownCommand",
        "Ambiguous",
        "NoOneFits",
        "NoneCalled",
        "NothingOpen",
    }:
        assert error in cli_words.SENTENCES


def test_every_status_has_its_word():
    assert set(delivery_words.STATUS) == set(Status)
    assert set(staff_words.RELEASE) == set(Release)
    assert set(addresses.UNCLEAR) == set(Unclear)
    assert set(addresses.ODDITIES) == set(Oddity)
    assert set(addresses.BARS) == set(addresses.INSTEAD) == set(addresses.SAID) == set(STOPS) == set(Bar)


@pytest.mark.parametrize("name", sorted(all_commands()))
def test_every_slash_command_says_how_it_is_used(name):
    found = all_commands()[name]
    assert found.shape.startswith(f"/{name}") and found.help.endswith(".")
    assert len(found.examples) >= 2 and all(one.startswith(f"/{name}") for one in found.examples)


def command_lines(group=latchkey, path=()):
    for name, found in group.commands.items():
        if isinstance(found, click.Group):
            yield from command_lines(found, (*path, name))
        else:
            yield (*path, name), found


def load_commands():
    commands = importlib.import_module("core.cli.commands")
    for found in pkgutil.iter_modules(commands.__path__):
        latchkey.add_command(importlib.import_module(f"core.cli.commands.{found.name}").command)


def test_every_command_line_has_help_with_an_example():
    load_commands()
    for path, found in command_lines():
        assert found.help, path
        assert (found.epilog or "").startswith(f"Example: latchkey {' '.join(path)}"), path


def test_files_are_one_idea_each_and_named_for_what_a_practice_would_say():
    for path in SOURCES:
        assert len(path.read_text().splitlines()) <= 400 or "migrations" in path.parts, path
        assert path.stem not in {"utils", "helpers", "common", "base", "manager", "service", "models", "views"}, path


READMES = ("README.md", "core/README.md", "staffbot/README.md", "portal/README.md")
NAMED = re.compile(r"[\w./-]*\w\.(?:py|js|json|css|html|md)|[\w-]+/|[\w-]+(?:/[\w-]+)+/?")  # not addresses: /unlock


def test_the_top_level_shows_the_three_parts_and_what_every_project_has():
    ours = {"core", "staffbot", "portal", "tests", "instance"}
    usual = {"pyproject.toml", "README.md", "CHANGELOG.md", "Makefile"}
    there = {path.name for path in ROOT.iterdir() if path.name[0] != "." and path.suffix not in (".lock", ".egg-info")}
    assert there - {"__pycache__", "build"} == ours | usual


def test_every_file_and_folder_that_a_readme_names_is_there():
    seen = 0
    for readme in READMES:
        beside = (ROOT / readme).parent
        for name in re.findall(r"`([^`\s]+)`|\]\(([^)\s]+)\)", (ROOT / readme).read_text()):
            named = "".join(name)
            if not NAMED.fullmatch(named):
                continue
            seen += 1
            alone = "/" not in named and any(beside.rglob(named))
            assert alone or (beside / named).exists() or (ROOT / named).exists(), f"{readme}: {named}"
    assert seen > 50  # else they are looked for in another way than they are written


def test_every_file_of_python_that_a_comment_names_is_there():
    python = (path for folder in ("core", "staffbot", "portal", "tests") for path in (ROOT / folder).rglob("*.py"))
    there = "".join(f"/{path.relative_to(ROOT)}\n" for path in python)
    for path in SOURCES:
        for named in re.findall(r"(?<![\w/.:-])[\w-]+(?:/[\w-]+)*\.py\b", path.read_text()):
            assert f"/{named}\n" in there, f"{path}: {named}"


def test_every_module_and_public_function_of_core_says_what_it_is():
    import ast

    for path in (ROOT / "core").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree) or not tree.body, path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path}: {node.name}"


def test_pages_carry_no_inline_style_and_no_script_of_their_own():
    for folder in ("portal", "staffbot"):
        for path in (ROOT / folder / "templates").rglob("*.html"):
            said = path.read_text()
            assert not re.search(r"\sstyle=|\son[a-z]+=\"", said), path
            if folder == "portal" and path.name != "page.html":  # a form's page, by nonce (S65)
                assert "<script" not in said, path
    assert "<script" not in (ROOT / "portal" / "templates" / "page.html").read_text()


def test_style_sheets_stay_within_their_weight():
    import gzip

    for app, for_older, limit in (("portal", older.whole, 8_192), ("staffbot", older.colours, 14_336)):
        assert len(gzip.compress(assets.sheet(ROOT / app / "static" / "css", app, for_older).data)) <= limit
    scripts = b"".join(path.read_bytes() for path in (ROOT / "staffbot" / "static" / "js").glob("*.js"))
    assert len(gzip.compress(scripts)) <= 60_000
    own = b"".join(path.read_bytes() for path in (ROOT / "portal" / "static" / "js").glob("*.js"))
    assert len(gzip.compress(own)) <= 5_120  # of the 10 KB that a form's page may load (ux.md C)


@pytest.mark.parametrize("app", ["portal", "staffbot"])
def test_no_style_is_for_something_that_no_page_shows(app):
    files = [*(ROOT / app).rglob("*.html"), *(ROOT / app).rglob("*.py"), *(ROOT / app).rglob("*.js")]
    shown = "\n".join(path.read_text() for path in files if "vendor" not in path.parts)
    own = "\n".join(path.read_text() for path in (ROOT / app / "static" / "css").glob("*.css"))
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)))
    made = set(re.findall(r"\b([a-z]+-)(?:[{$\"'])", shown))  # class="kind-{{ kind }}"
    left = {one for one in styled if not re.search(rf"(?<![\w-]){one}(?![\w-])", shown)}
    assert {one for one in left if one[: one.rfind("-") + 1] not in made} == set()


@pytest.mark.parametrize("app", ["portal", "staffbot"])
def test_every_value_that_a_style_takes_has_a_name_that_is_declared(app):
    """A button that waits kept its colour: `var()` of a name that nobody declared is no error to a browser."""
    sheets = [*(ROOT / "core/web/css").glob("*.css"), *(ROOT / app / "static/css").glob("*.css")]
    own = "\n".join(path.read_text() for path in sheets)
    set_elsewhere = "\n".join(path.read_text() for kind in ("py", "js") for path in (ROOT / app).rglob(f"*.{kind}"))
    declared = set(re.findall(r"(--[\w-]+)\s*:", own)) | set(re.findall(r"""["' ](--[\w-]+)["':]""", set_elsewhere))
    assert set(re.findall(r"var\(\s*(--[\w-]+)", own)) <= declared


def test_no_icon_is_drawn_that_nothing_shows():
    for app, sprite in (("portal", "portal/templates/parts/icons.html"), ("staffbot", "staffbot/static/icons.svg")):
        drawn = set(re.findall(r'<symbol id="i-(\w+)"', (ROOT / sprite).read_text()))
        files = [path for kind in ("html", "py", "js") for path in (ROOT / app).rglob(f"*.{kind}")]
        said = "\n".join(path.read_text() for path in files if path != ROOT / sprite)
        assert drawn and {one for one in drawn if not re.search(rf"""["']{one}["']|#i-{one}""", said)} == set()


def test_every_icon_that_a_script_asks_for_by_name_stands_ready_in_the_page():
    """The card of a sensitive message asked for one that did not: no such message could be sent from the chat."""
    scripts = "".join(path.read_text() for path in (ROOT / "staffbot/static/js").glob("*.js"))
    asked = set(re.findall(r"""iconed\(["'](\w+)""", scripts)) | set(re.findall(r"t-icon-(\w+)", scripts))
    templates = (ROOT / "staffbot/templates/parts/templates.html").read_text()
    ready = re.search(r"for name, used in \((.+?)\)\) %}", templates)
    assert ready and {"direct", "clock", "coin"} <= asked <= set(re.findall(r'\("(\w+)", ', ready[1]))


def test_scripts_of_other_pages_than_the_chat_weigh_little():
    import gzip

    js = ROOT / "staffbot" / "static" / "js"
    templates = {path.stem: path.read_text() for path in (ROOT / "staffbot" / "templates").rglob("*.html")}
    asked = {stem: re.findall(r'src="{{ js_url\("([\w-]+\.js)"\)', said) for stem, said in templates.items()}
    for stem, names in asked.items():
        scripts = sorted({one for name in names for one in assets.modules(js, name)})
        if stem != "chat":  # of which tests/staffbot/test_chat_weight.py counts all
            assert len(gzip.compress(b"".join((js / one).read_bytes() for one in scripts))) <= 10_240, stem


def test_migrations_make_the_tables_that_the_code_declares(settings):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from core import schema

    engine = create_engine(settings.database)
    with engine.connect() as db:
        # SQLite's full-text index keeps tables of its own, which no code names.
        ours = lambda _thing, name, *_: not (name or "").startswith("message_word")  # noqa: E731
        context = MigrationContext.configure(db, opts={"include_object": ours})
        difference = compare_metadata(context, schema.metadata)
    engine.dispose()
    assert difference == []


def test_migrations_stand_in_one_line():
    from alembic.script import ScriptDirectory

    from core.store.migrate import KEYS, ROWS

    for scripts in (KEYS, ROWS):
        assert len(ScriptDirectory(str(scripts)).get_heads()) == 1


def test_every_row_belongs_to_a_practice():
    from core import schema

    without = {"circuit", "pace", "practice", "signin_try", "passkey_challenge", "stranger", "odd_call", "early_report"}
    for table in schema.metadata.sorted_tables:
        if table.name not in without:
            assert next(iter(table.primary_key)).name == "practice_id", table.name


BY_NAME = {
    "gunicorn": "a server that an operator may run",
    "packaging": "gunicorn imports it",
    "hiredis": "redis finds it",
    "uharfbuzz": "fpdf2 finds it",
}


def test_every_package_that_is_asked_for_is_used():
    """What is installed can have holes: one package was, though nothing read a file with it any more (S116)."""
    import tomllib
    from importlib.metadata import packages_distributions

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    named = {re.split(r"[\[>=]", one)[0].lower() for one in asked}
    said = "\n".join(path.read_text() for path in SOURCES)
    modules = set(re.findall(r"^\s*(?:import|from) (\w+)", said, re.MULTILINE))
    brought = packages_distributions()
    used = {one.lower().replace("_", "-") for module in modules for one in brought.get(module, ())}
    fonts = {one for one in named - used if "font" in one or "justmytype" in one or "noto" in one}
    assert fonts  # `core/forms/letters.py` finds them by what they declare
    assert named - used - fonts == set(BY_NAME)


def test_no_registry_is_named():
    for path in ROOT.glob("*.lock"):
        assert "http" not in path.read_text()


def test_the_files_that_begin_first_are_there():
    files = [str(one.relative_to(ROOT / "tests")) for one in (ROOT / "tests").rglob("test_*.py")]
    assert [part for part in (*WAITING, *BUSY) if not any(one.startswith(part) for one in files)] == []

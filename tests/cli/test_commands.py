"""The command line: importing, the audit trail, failures in one sentence."""

import json
import re
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.cli.app import latchkey as command
from core.config import load
from core.opening import open_store
from core.patients.intake import BATCH
from core.practice import accounts
from core.practice.signin import Halfway, WrongSignIn, sign_in

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def latchkey(*words: str, folder: Path) -> Said:
    """Run a command, in this process: what one sees and the exit code are as in a shell."""
    ended = CliRunner().invoke(command, [*words, "--dir", str(folder)], prog_name="latchkey")
    return Said(ended.exit_code, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "instance"
    options = ["--practice", "Elm Street Clinic", "--phone", "01632 960001", "--name", "Olive Owner"]
    made = latchkey(
        "init", *options, "--email", "olive@elm.example", "--password", "a long enough password", folder=folder
    )
    assert made.returncode == 0, made.stderr
    return folder


@pytest.mark.attack("D21")
@pytest.mark.s("S51")
def test_nobody_can_sign_in_until_the_first_owner_has_used_the_link_of_the_command_line_once(tmp_path):
    options = ["--practice", "Oak Clinic", "--phone", "01632 960001", "--name", "Olive Owner"]
    made = latchkey("init", *options, "--email", "olive@oak.example", "--link", folder=tmp_path / "instance")
    (token,) = re.findall(r"http://127\.0\.0\.1:8000/login/new/([\w-]{43})\n", made.stdout)
    store = open_store(load(tmp_path / "instance"))
    for password in ("", "a long enough password", token):
        with pytest.raises(WrongSignIn):
            sign_in(store, "olive@oak.example", password, "a computer")
    accounts.set_password(store, token, "a long enough password")
    assert isinstance(sign_in(store, "olive@oak.example", "a long enough password", "a computer"), Halfway)
    with pytest.raises(accounts.PasswordLinkOver):
        accounts.set_password(store, token, "another long password of hers")
    store.close()


def test_the_command_is_there_after_setting_up(tmp_path):
    script = [sys.executable, "-c", "import sys; from core.cli import main; sys.exit(main())"]
    told = subprocess.run(
        [*script, "audit", "verify", "--dir", str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert told.returncode == 1 and told.stderr.startswith("Error: ") and "Traceback" not in told.stderr


def test_a_list_of_commands_says_each_sentence_whole():
    for asked in (["--help"], ["audit", "--help"]):
        said = " ".join(CliRunner().invoke(command, asked).output.split())
        assert "..." not in said.partition("Commands: ")[2]
    assert "verify Prove the chain unbroken, in the database or in an exported FILE. Example:" in said


ROWS = """\ufefffirst_name,last_name,date_of_birth,email,mobile,status,external_id
Amara,Testwell,1985-03-14,amara@example.org,07700 900057,active,A1
太郎,見本,01/02/1990,,+447700900058,prospective,A2
Olga,Придуманная,,olga@example.org,,lapsed,A3
Bad,Number,1990-01-01,,12345,active,A4
Bad,Date,1990-13-01,,,active,A5
Bad,Status,1990-01-01,,,asleep,A6
,,1990-01-01,,,active,A7
"""


def test_a_csv_is_imported_bad_lines_are_named_and_twice_is_once(instance, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_text(ROWS, "utf-8")
    first = json.loads(latchkey("import", "patients", str(file), "--json", folder=instance).stdout.splitlines()[-1])
    assert (first["added"], first["updated"], first["unchanged"]) == (3, 0, 0)
    assert [one["line"] for one in first["rejected"]] == [5, 6, 7, 8]
    assert "12345 is no phone number in GB" in first["rejected"][0]["reason"]
    again = json.loads(latchkey("import", "patients", str(file), "--json", folder=instance).stdout.splitlines()[-1])
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 3)
    file.write_text(ROWS.replace("amara@example.org", "amara@example.net"), "utf-8")
    changed = json.loads(latchkey("import", "patients", str(file), "--json", folder=instance).stdout.splitlines()[-1])
    assert (changed["added"], changed["updated"], changed["unchanged"]) == (0, 1, 2)


def test_more_rows_come_in_than_one_transaction_takes(instance, tmp_path):
    file, many = tmp_path / "many.csv", 3 * BATCH + 1
    lines = [f"Name{n},Family{n},19{n % 80 + 10}-0{n % 9 + 1}-15,p{n}@example.org,,active,M{n}" for n in range(many)]
    file.write_text("first_name,last_name,date_of_birth,email,mobile,status,external_id\n" + "\n".join(lines))
    told = json.loads(latchkey("import", "patients", str(file), "--json", folder=instance).stdout.splitlines()[-1])
    assert told == {"added": many, "updated": 0, "unchanged": 0, "rejected": []}


def test_a_dry_run_keeps_nothing(instance, tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("first_name,last_name\nOnly,Once\n")
    for _ in range(2):
        told = json.loads(
            latchkey("import", "patients", str(file), "--json", "--dry-run", folder=instance).stdout.splitlines()[-1]
        )
        assert told["added"] == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xffname", "not UTF-8"), (b"name,age\nx,1\n", "must name the columns"), (b"", "must name the columns")],
)
def test_a_file_that_is_no_patients_csv_is_refused_in_one_sentence(instance, tmp_path, content, sentence):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    said = latchkey("import", "patients", str(file), folder=instance)
    assert said.returncode == 1 and sentence in said.stderr and "Traceback" not in said.stderr


def test_a_form_is_imported_and_the_same_again_is_nothing_new(instance):
    file = ROOT / "core" / "forms" / "library" / "phq-9.json"
    told = json.loads(latchkey("import", "form", str(file), "--key", "phq", "--json", folder=instance).stdout)
    assert (told["result"], told["problems"], told["key"]) == ("full", [], "phq")
    assert "already have" in latchkey("import", "form", str(file), "--key", "phq", folder=instance).stdout


def test_what_is_no_form_is_said_without_a_question_that_it_would_stand_at(instance, tmp_path):
    (tmp_path / "no.json").write_text('{"resourceType": "Patient"}')
    said = latchkey("import", "form", str(tmp_path / "no.json"), folder=instance)
    assert said.stderr.startswith("This file is a Patient.")


def test_a_patients_record_is_taken_out_as_json_or_as_a_file_of_ones_own(instance, tmp_path):
    (tmp_path / "one.csv").write_text("first_name,last_name,external_id\nExportia,Testwell,X1\n")
    latchkey("import", "patients", str(tmp_path / "one.csv"), folder=instance)
    told = json.loads(latchkey("export", "patient", "X1", folder=instance).stdout)
    assert told["patient"]["first_name"] == "Exportia" and told["messages"] == []
    patient = told["patient"]["id"]
    trail = [json.loads(line) for line in latchkey("export", "audit", folder=instance).stdout.splitlines()]
    assert (trail[-1]["verb"], trail[-1]["about"]) == ("record exported", patient)
    file = tmp_path / "record.zip"
    assert latchkey("export", "patient", patient, "--to", str(file), folder=instance).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    again = latchkey("export", "patient", patient, "--to", str(file), folder=instance)
    assert again.returncode == 1 and "Choose another name" in again.stderr
    nobody = latchkey("export", "patient", "00000000-0000-7000-8000-000000000000", folder=instance)
    assert (nobody.returncode, nobody.stderr) == (1, "Error: There is no such patient.\n")


def test_the_audit_trail_proves_itself_and_a_change_is_found(instance, tmp_path):
    assert "unbroken" in latchkey("audit", "verify", folder=instance).stdout
    lines = latchkey("audit", "export", folder=instance).stdout.splitlines()
    entry = json.loads(lines[1])
    entry["verb"] = "something else"
    file = tmp_path / "trail.jsonl"
    file.write_text("\n".join([lines[0], json.dumps(entry), *lines[2:]]))
    said = latchkey("audit", "verify", str(file), folder=instance)
    assert said.returncode == 1 and "entry 2" in said.stderr


def test_credits_are_topped_up(instance):
    credits = ("practice", "credits", "--practice", "elm-street-clinic")
    said = latchkey(*credits, "--add", "50", "--json", folder=instance)
    assert json.loads(said.stdout) == {"balance": 50, "unpaid": []}
    assert latchkey(*credits, "--paid", "NONE", folder=instance).returncode == 1
    assert latchkey("practice", "credits", "--practice", "nowhere", folder=instance).returncode == 1


def test_an_installation_is_looked_at_in_sentences(instance):
    said = latchkey("check", folder=instance)
    assert said.returncode == 1 and "ok    The database answers and is up to date." in said.stdout
    assert "FAIL  The portal cannot be reached at http" in said.stdout
    assert {one["level"] for one in json.loads(latchkey("check", "--json", folder=instance).stdout)} >= {"ok", "note"}


@pytest.mark.s("S114")
def test_keys_and_databases_are_for_their_owner_only(instance):
    assert all(one.stat().st_mode & 0o077 == 0 for one in instance.iterdir())
    assert instance.stat().st_mode & 0o077 == 0


def test_an_unknown_key_in_the_configuration_is_an_error(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "latchkey.toml").write_text('colour = "green"\n')
    said = latchkey("migrate", folder=folder)
    assert said.returncode == 1 and "colour" in said.stderr


def test_what_is_set_up_is_not_set_up_again_and_a_first_try_that_failed_is_finished(tmp_path):
    options = [
        "init",
        "--practice",
        "Müller & Oak",
        "--phone",
        "01632 960001",
        "--name",
        "O",
        "--email",
        "o@oak.example",
    ]
    tries = [
        latchkey(*options, "--password", word, folder=tmp_path / "i") for word in ("short", *["long enough words"] * 2)
    ]
    assert [one.returncode for one in tries] == [1, 0, 1]
    assert "set up already" in tries[2].stderr
    assert json.loads(latchkey("practice", "list", "--json", folder=tmp_path / "i").stdout)[0]["slug"] == "muller-oak"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["practice", "add", "Elm", "--slug", "elm-street-clinic", "--phone", "01632 960001"], "is a practice"),
        (["practice", "add", "Elm", "--slug", "Elm!", "--phone", "01632 960001"], "short name Elm! cannot be used"),
        (["practice", "add", "Elm", "--slug", "elm", "--phone", "hello"], "no digits that a patient could ring"),
        (["audit", "verify", __file__], "no exported trail"),
        (["backup", "/nowhere/at/all"], "/nowhere/at/all cannot be used: No such file or directory."),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(instance, words, said):
    ended = latchkey(*words, folder=instance)
    assert ended.returncode == 1 and said in ended.stderr and ended.stderr.count("\n") == 1


@pytest.mark.parametrize("url", ["nonsense", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_a_database_that_does_not_answer_is_one_sentence(instance, monkeypatch, url):
    monkeypatch.setenv("LATCHKEY_DATABASE_URL", url)
    ended = latchkey("user", "list", folder=instance)
    assert ended.returncode == 1 and ended.stderr.startswith("Error: The database does not answer.")


def test_where_nothing_is_set_up_there_is_nothing_to_migrate(tmp_path):
    ended = latchkey("migrate", folder=tmp_path / "nowhere")
    assert ended.returncode == 1 and "Nothing is set up here yet." in ended.stderr


def test_a_port_that_is_taken_is_said_before_anything_is_made_ready(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = latchkey("demo", "--staff-port", str(port), folder=tmp_path / "demo")
    assert told.returncode == 1
    assert told.stderr.startswith(f"Error: Port {port} of 127.0.0.1 cannot be had: address already in use. Stop what")
    assert not list((tmp_path / "demo").glob("*.db"))

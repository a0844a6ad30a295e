"""What Latchkey is made of is pinned, installed as pinned, and listed for a release (S116).

Whether a hole is known in any of it, a server of advisories says, so that is looked up by `make audit` apart from these;
what its answer means is held here.
"""

import json
import re
from importlib.metadata import version

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.advisories import verdict
from tests.lock import ROOT, RUNTIME, pinned
from tests.sbom import Differs, document

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"]


@pytest.fixture(scope="module")
def listed():
    return json.loads(document(RUNTIME))


@pytest.mark.attack("H15")
@pytest.mark.s("S116")
@pytest.mark.parametrize("lock", LOCKS)
def test_whatever_is_installed_is_pinned_by_hash_and_installed_as_pinned(lock):
    wanted = list(pinned(ROOT / lock))
    lines = [one for one in (ROOT / lock).read_text("utf-8").splitlines() if one and one[0] not in " #"]
    assert len(wanted) == len(lines) > 0
    assert all(given.startswith("sha256:") and len(given) == 71 for one in wanted for given in one.hashes)
    assert {one.name: one.version for one in wanted if one.here} == {
        one.name: version(one.name) for one in wanted if one.here
    }


@pytest.mark.s("S116")
def test_every_way_to_install_asks_for_the_hashes():
    made = re.findall(r"pip install [^\n]*", (ROOT / "Makefile").read_text("utf-8"))
    assert len(made) == len(LOCKS) and all("--require-hashes -r requirements" in one for one in made)


@pytest.mark.s("S116")
@pytest.mark.parametrize("line", ["flask>=3", "flask==3.*", "flask==3.1.3", "flask"])
def test_a_line_that_pins_nothing_is_no_lock(tmp_path, line):
    (tmp_path / "loose.lock").write_text(f"{line}\n    # via latchkey (pyproject.toml)\n", "utf-8")
    with pytest.raises(ValueError, match=r"loose\.lock does not pin flask .* run `make lock`"):
        list(pinned(tmp_path / "loose.lock"))


@pytest.mark.attack("H15")
@pytest.mark.s("S116")
def test_the_list_for_a_release_is_sound_and_names_what_is_locked_and_nothing_else(listed):
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(listed)) is None
    wanted = {f"pkg:pypi/{one.name}@{one.version}": one for one in pinned()}
    parts = {one["purl"]: one for one in listed["components"]}
    assert parts.keys() == wanted.keys() and len(parts) == len(listed["components"])
    for url, one in wanted.items():
        hashes = {f"sha256:{given['content']}" for given in parts[url]["externalReferences"][0]["hashes"]}
        assert hashes == set(one.hashes), url
        assert "licenses" in parts[url] or not one.here, f"{url} has no licence"


@pytest.mark.s("S116")
def test_the_list_says_what_needs_what(listed):
    needs = {one["ref"]: one.get("dependsOn", []) for one in listed["dependencies"]}
    assert any(one.startswith("pkg:pypi/werkzeug@") for one in next(v for k, v in needs.items() if "/flask@" in k))
    assert {"flask", "sqlalchemy"} <= {one.split("/")[1].split("@")[0] for one in needs["latchkey"]}
    reached, todo = set(), ["latchkey"]
    while todo:
        if (one := todo.pop()) not in reached:
            reached.add(one)
            todo += needs[one]
    assert reached == needs.keys()  # nothing is there that nobody needs


@pytest.mark.s("S116")
def test_the_list_is_the_same_each_time_and_tells_nothing_of_the_machine(listed):
    written = document(RUNTIME)
    assert json.loads(written) == listed and written == document(RUNTIME)
    assert str(ROOT) not in written and "timestamp" not in written
    assert set(re.findall(r"https?://[^\"]*", written)) == {"http://cyclonedx.org/schema/bom-1.6.schema.json"}


@pytest.mark.s("S116")
def test_nothing_is_listed_that_is_not_what_is_installed(tmp_path):
    other = re.sub(r"^flask==[\d.]+", "flask==1.0", RUNTIME.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "other.lock").write_text(other, "utf-8")
    with pytest.raises(Differs, match=r"flask is 3\S+ here and 1\.0 in the lock: run `make setup`"):
        document(tmp_path / "other.lock")


def audited(*told):
    return json.dumps({"dependencies": list(told), "fixes": []})


FLASK = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLE = {"id": "PYSEC-2026-7", "fix_versions": ["3.1.4"], "aliases": [], "description": "…"}


@pytest.mark.attack("H15")
@pytest.mark.s("S116")
@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (audited(FLASK), 0, "1 packages were looked up, and no hole is known in any of them."),
        (audited({**FLASK, "vulns": [HOLE]}), 1, "flask 3.1.3 has the hole PYSEC-2026-7; mended in: 3.1.4.\nA release"),
        (audited({**FLASK, "vulns": [{**HOLE, "fix_versions": []}]}), 1, "mended in: no version yet."),
        (audited({"name": "flask", "skip_reason": "not found"}), 2, "could not be reached or does not know 1 of 1"),
        (audited(), 2, "could not be reached or does not know 1 of 1"),
        ("", 2, "could not be reached or does not know 1 of 1"),  # pip-audit broke off: no network
    ],
)
def test_a_look_up_that_did_not_happen_is_never_called_clean(answer, code, says):
    told, sentences = verdict(answer, ["flask"])
    assert told == code and says in sentences

"""Files of patients as other programs write them (U91)."""

import pytest

from core.patients import intake
from core.patients.directory import directory
from core.patients.headings import BadFile, columns_of
from core.release import contacts

LINES = (
    "Surname;Forename;D.O.B.;Mobile phone;E-mail;Notes\nExcel;Ann;01.02.1980;07700 900997;ann@example.org;likes tea\n"
)


@pytest.mark.parametrize(
    "data",
    [LINES.encode(), LINES.replace(";", "\t").encode("utf-16"), b"\xef\xbb\xbf" + LINES.replace(";", ",").encode(),
     LINES.replace("\n", "\r\n").encode()],
    ids=["semicolons", "unicode text", "commas", "windows"],
)  # fmt: skip
def test_a_file_of_another_program_is_read_as_it_is_and_what_was_not_taken_is_named(store, anna, data):
    came = intake.import_csv(store, anna, data, moved=contacts.moved)
    assert (came.added, came.rejected, came.ignored) == (1, [], ["Notes"])
    (ann,) = store.look(anna, directory).all()
    assert (ann.name, ann.date_of_birth.isoformat(), ann.email) == ("Ann Excel", "1980-02-01", "ann@example.org")
    assert ann.mobile == "+447700900997"


def test_a_heading_means_one_column_and_our_own_name_for_it_comes_first():
    assert columns_of(["DOB", "first_name", "Forename", "Birthday", "Phone", ""]) == [
        "date_of_birth", "first_name", "", "", "", ""
    ]  # fmt: skip
    assert columns_of(["Forename", "FIRST_NAME "]) == ["", "first_name"]


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"PK\x03\x04 xl/worksheets", "workbook"), (b"first_name,last_name\nJos\xe9,X", "encoding"), (b"Name\nAnn Excel", "header"),
     (b"\xff\xfeabc", "encoding"), (b"", "header")],
)  # fmt: skip
def test_what_is_no_such_file_says_what_it_is(store, anna, data, why):
    with pytest.raises(BadFile) as refused:
        intake.import_csv(store, anna, data, moved=contacts.moved)
    assert refused.value.why == why

"""Answers from before a link could carry several forms are its first, and a second can stand beside them."""

from uuid import UUID

from sqlalchemy import text

from tests.core.store.conftest import opened
from tests.core.store.test_migration_of_credits import bring


def test_what_was_there_is_the_first_form_of_its_link(empty):
    bring(empty, "0036")
    kept = (lambda one: one.hex) if "sqlite" in empty else (lambda one: one)
    ids = {"practice": kept(UUID(int=1)), "link": kept(UUID(int=2)), "form": kept(UUID(int=3))}
    add = "INSERT INTO form_answers (practice_id, link_id, form_id, version{}) VALUES (:practice, :link, :form, {}{})"
    with opened(empty) as db:
        db.execute(
            text(
                "INSERT INTO practice (id, slug, name, plan, phone, hours, urgent, time_zone, country, sms_sender, credits, patients_version, created_at) "
                "VALUES (:practice, 'elm', 'Elm', 'trial', '1', '', '', 'UTC', 'GB', '', 0, 0, '2026-11-01')"
            ),
            {"practice": ids["practice"]},
        )
        db.execute(text(add.format("", 4, "")), ids)
    bring(empty, "0037")
    with opened(empty) as db:
        db.execute(text(add.format(", place", 5, ", 1")), ids)
        assert db.execute(text("SELECT place, version FROM form_answers ORDER BY place")).all() == [(0, 4), (1, 5)]

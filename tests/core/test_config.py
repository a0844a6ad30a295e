"""Settings are what their operator wrote: a name that is misspelt is refused, and said with what it may have meant."""

import pytest

from core.config import BadSettings, load

OF_A_SERVICE = ("SERVICE_HOST", "SERVICE_PORT", "SERVICE_PORT_PORTAL", "PORT", "PORT_8001_TCP", "PORT_8001_TCP_ADDR")


@pytest.mark.parametrize(
    "name, near",
    [
        ("LATCHKEY_DATABSE_URL", "; do you mean LATCHKEY_DATABASE_URL?"),
        ("LATCHKEY_MASTER_KEYS", "; do you mean LATCHKEY_MASTER_KEY?"),
        ("LATCHKEY_REDIS_URL_FIEL", "; do you mean LATCHKEY_REDIS_URL?"),
        ("LATCHKEY_COLOUR", ""),
    ],
)
def test_a_misspelt_variable_is_refused_and_its_value_not_repeated(tmp_path, name, near):
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, {name: "hidden", "PATH": "/bin", "LATCHKEY_LOG_LEVEL": "debug"})
    assert refused.value.problems == [f"{name} is no setting{near}"]


def test_a_misspelt_key_of_the_file_is_said_with_the_one_it_may_have_meant(tmp_path):
    (tmp_path / "latchkey.toml").write_text('defaultcountry = "GB"\n[limits]\ntires = 3\ncolour = 1\n')
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, {})
    assert sorted(refused.value.problems) == [
        "defaultcountry is no setting; do you mean default_country?",
        "limits.colour is no setting",
        "limits.tires is no setting; do you mean limits.tries?",
    ]


@pytest.mark.parametrize("key, text", [("secret_key", '["hidden", '), ("limits", "{tries: 3}")])
def test_a_list_or_a_table_that_is_no_json_is_refused_and_not_repeated(tmp_path, key, text):
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, {f"LATCHKEY_{key.upper()}": text})
    (said,) = refused.value.problems
    assert said.startswith(f"{key} is no JSON: ") and "hidden" not in said


def test_a_list_is_given_as_json_or_as_words_between_commas(tmp_path):
    for text in ('["GB", "IE"]', "GB, IE,"):
        assert load(tmp_path, {"LATCHKEY_SMS_COUNTRIES": text}).sms_countries == ["GB", "IE"]


def test_what_a_container_is_told_about_a_service_of_that_name_is_no_setting(tmp_path):
    told = {f"LATCHKEY_{one}": "tcp://10.0.0.1:8001" for one in OF_A_SERVICE}
    assert load(tmp_path, told).portal_url == "http://127.0.0.1:8001"


@pytest.mark.parametrize("key", ["default_country", "sms_countries"])
@pytest.mark.parametrize("country", ["ZZ", "UK", "gb"])
def test_a_country_that_there_is_not_is_refused(tmp_path, key, country):
    with pytest.raises(BadSettings, match=f"{key}: .*{country}.* like GB"):
        load(tmp_path, {f"LATCHKEY_{key.upper()}": country})

"""Whatever a patient reads is for somebody of 9 to 11: Flesch-Kincaid grade 6 at most, 20 words a sentence (U109).

The catalogues hold each text in English as their keys. Syllables are counted by groups of vowels, which is a little too
many where it errs; a label of few words has no grade that means anything, but counts in the whole.
"""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FEW, LONGEST, GRADE = 8, 20, 6


def sentences(text):
    bare = re.sub(r"<[^>]+>", "", re.sub(r"%\(\w+\)s", "Elm", text))
    return [words(one) for one in re.split(r"(?<=[.!?:])[”\"]?\s+|\n+", bare) if words(one)]


def words(sentence):
    return re.findall(r"[A-Za-z0-9][\w'’.-]*", sentence)


def syllables(word):
    letters = re.sub(r"[^a-z]", "", word.casefold())
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)) - bool(silent))


def grade(found):
    spoken = [word for one in found for word in one]
    return 0.39 * len(spoken) / len(found) + 11.8 * sum(map(syllables, spoken)) / len(spoken) - 15.59


@pytest.mark.parametrize("said_by", ["portal", "core"])
def test_what_a_patient_reads_is_in_short_words_and_sentences(said_by):
    texts = [sentences(text) for text in json.loads((ROOT / said_by / "languages" / "de.json").read_text())]
    hard = [one for one in texts if sum(map(len, one)) >= FEW and grade(one) > GRADE]
    assert hard == [] and [one for text in texts for one in text if len(one) > LONGEST] == []
    assert grade([one for text in texts for one in text]) <= GRADE


def test_what_is_hard_to_read_is_found():
    hard = "Notwithstanding aforementioned considerations, authentication necessitates verification of credentials."
    easy = "We will text you a code. Type it on the next page to read your message."
    assert grade(sentences(hard)) > 20 and grade(sentences(easy)) < 2

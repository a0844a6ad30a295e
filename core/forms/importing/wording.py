"""What an import found, as sentences: the one table that the staff's pages and the command line both print (F3-F6).

It stands here and not in a face because both must say the very same; the facts in braces come with each finding.
"""

from collections.abc import Mapping

from core.forms.importing.outcome import Note, Problem

WRONG_TYPE = "“{text}”: “{element}” is {found}, but FHIR wants {expected} there."

REFUSED: Mapping[str, str] = {
    "too_large": "This file has {found}; the most is {limit}.",
    "not_json": "This is not a readable FHIR file: line {line}, column {column}. Export it again as JSON.",
    "xml": "This file is FHIR as XML. Latchkey reads JSON: export it again as JSON.",
    "too_deep": "This file is nested {found} levels deep; the most is {limit}. Ask its author for a flatter one.",
    "twin_keys": "The file says “{key}” twice in one place, so nobody can tell what it means. Export it again.",
    "number": "The file has a number of more than {limit} digits ({found}). Export it again with shorter numbers.",
    "no_number": "The file says {found} where a number belongs. Export it again.",
    "letters": "The file has a letter that no text can keep ({found}). Export it again.",
    "other_resource": "This file is a {found}. A Smart Form is a FHIR Questionnaire.",
    "bundle": "This bundle holds {found} questionnaires. Import a file that holds exactly one.",
    "r5": "This form is written for FHIR R5 ({found} questions). Export it as R4, or ask its author.",
    "stu3": "This form is written for FHIR STU3 ({found}). Export it as R4, or ask its author.",
    "wrong_type": WRONG_TYPE,
    "too_many_wrong": "More than {limit} parts of this file are of a wrong type. Export it again.",
    "no_items": "This form has no questions.",
    "too_many_pictures": "This form carries more than {limit} pictures. Take some out.",
    "too_much_markup": "The formatted texts of this form are too long together. The most is {limit} letters.",
    "too_many_items": "This form has {found} questions; the most is {limit}.",
    "too_nested": "Below “{link_id}” questions are nested {found} levels deep; the most is {limit}.",
    "too_many_options": "A question has {found} choices; the most is {limit}.",
    "too_many_conditions": "“{text}” has {found} conditions; the most is {limit}.",
    "too_many_expressions": "This form has {found} calculations; the most is {limit}.",
    "long_expression": "A calculation is {found} characters long; the most is {limit}.",
    "long_link_id": "The name of “{text}” is {found} characters long; the most is {limit}.",
    "long_text": "The text “{text}…” is {found} characters long; the most is {limit}.",
    "no_link_id": "“{text}” has no name (linkId), so its answers could not be told apart.",
    "twice": "Two questions share the name “{link_id}”: “{text}” and “{other}”. Answers could not be told apart.",
    "twin_options": "“{text}” offers “{option}” twice. Remove one of them.",
    "no_type": "“{text}” does not say what kind of question it is.",
    "unknown_type": "“{text}” is of the kind “{found}”, which FHIR R4 does not have for questions.",
    "unknown_operator": "A condition of “{text}” uses a comparison that FHIR R4 does not have.",
    "required_unaskable": "“{text}” must be answered but has no choices in the file. Add them, or make it optional.",
    "circle": "These questions wait for each other and none would ever be asked: {circle}.",
    "modifier": "The form carries {found}: it says that it must not be read without knowing what that means.",
}

PROBLEMS: Mapping[str, str] = {
    "wrong_type": WRONG_TYPE,
    "value_set_elsewhere": "The choices of “{text}” are in {where}, which is not in the file.",
    "value_set_unlisted": "The value set {where} of “{text}” is in the file but does not list its choices.",
    "no_choices": "“{text}” is to be chosen from, but the file has no choices.",
    "reference": "“{text}” asks for another record, which a patient cannot look up.",
    "lookup": "“{text}” looks things up on a server. Latchkey does not.",
    "not_assembled": "This form is made of parts that are not in the file.",
    "only_a_part": "This form is only a part of another one.",
    "not_about_patients": "The form is written about a {found}, not a patient.",
    "blank_options": "“{text}” has choices without words: {count} of {all}.",
    "unknown_question": "“{text}” waits for a question “{question}” that is not in the form.",
    "waits_for_group": "“{text}” waits for “{question}”, which is no question and never has an answer.",
    "condition_type": "“{text}” compares {kind} answers with {answer} “{found}”, which cannot be compared.",
    "condition_empty": "A condition of “{text}” on “{question}” does not say what to compare with.",
    "condition_order": "“{text}” asks whether {kind} answers are more or less than “{found}”; they have no order.",
    "no_behavior": "“{text}” has several conditions but does not say whether all or any must hold.",
    "unknown_behavior": "“{text}” has several conditions and says “{found}”, where FHIR knows “all” and “any”.",
    "two_conditions": "“{text}” has both conditions and a calculated condition.",
    "calculation_uses": "A calculation in “{text}” uses {what}, which Latchkey cannot do.",
    "calculation_unreadable": "A calculation in “{text}” cannot be read.",
    "check_uses": "A check on “{text}” uses {what}, which Latchkey cannot do: {human}",
    "check_unreadable": "A check on “{text}” cannot be read: {human}",
    "limit_senseless": "“{text}”: no answer can keep to “{element}” {found}.",
    "regex_kind": "“{text}” has a pattern for how it is typed (“{pattern}”), which does not fit {kind} answers.",
    "limit_type": "“{text}”: “{element}” is {found}, which {kind} answers do not compare with.",
    "initial_type": "“{text}” is to be filled in with “{found}”, which is no {kind} answer.",
    "initial_option": "“{text}” is to be filled in with “{found}”, which is not one of its choices.",
    "regex": "A check on “{text}” is a pattern that Latchkey cannot run safely.",
    "twice": "Two questions share the name “{link_id}”: “{text}” and “{other}”.",
    "score_method": "“{text}” counts its score in a way that Latchkey does not know.",
    "score_question": "The score of “{text}” counts the question “{question}”, which is not in the form.",
    "bands_order": "A band of the score of “{text}” begins after it ends.",
    "bands_gap": "The bands of the score of “{text}” leave a gap.",
    "bands_overlap": "Two bands of the score of “{text}” have a score in common.",
    "bands_start": "The first band of the score of “{text}” begins above the lowest score.",
    "bands_range": "The last band of the score of “{text}” ends below the highest score.",
}

EFFECTS: Mapping[str, str] = {
    "refused": "Nothing was imported.",
    "part_left_out": "This part of the file is left out.",
    "left_out": "The question is left out.",
    "only_this": "Only what is in the file is asked.",
    "the_patients": "Its questions are asked as they stand, and the answers are kept as the patient's.",
    "option_left_out": "They are left out.",
    "plain_text": "It becomes a plain text answer.",
    "always_asked": "It will always be asked if you import it.",
    "no_answer": "The condition sees no answer there.",
    "counts_as_false": "The condition counts as not met.",
    "taken_as_any": "It is asked as soon as any of them holds.",
    "taken_as_all": "It is asked only where all of them hold.",
    "both_must_hold": "Both must hold.",
    "stays_empty": "The field stays empty.",
    "all_offered": "All its choices are offered.",
    "no_choices": "It has no choices and is left out.",
    "check_left_out": "The check is left out.",
    "starts_empty": "It starts empty.",
    "no_score": "There is no score.",
    "no_band": "The score is told without its meaning.",
}

NOTES: Mapping[str, str] = {
    "no_status": "The form does not say its status: taken as a draft.",
    "no_title": "The form has no title of its own: it is called “{title}”.",
    "about_their_care": "The form is written about a {found} of a patient.",
    "spelled": "“{text}”: “{element}” is written as a text and taken as what it says.",
    "misplaced": "“{text}”: a calculation stands where “{element}” wants a value, so nothing is checked by it.",
    "constant": "{count} × a choice without choices but with an answer: taken as a constant.",
    "initial_twice": "“{question}” marks a choice and gives an answer: the marked choice counts.",
    "initial_unit": "“{text}” is filled in with a unit alone: it starts empty.",
    "initial_many": "“{text}” is filled in with several answers but takes one: the first counts.",
    "twin_values": "“{text}”: the choices “{one}” and “{other}” are the same answer by their code.",
    "waits_for_hidden": "“{text}” waits for “{other}”, which nobody answers and nothing fills in: that is never met.",
    "text_order": "“{question}” compares texts by their letters.",
    "coding_by_code": "{count} × a condition without a code system: compared by the code alone.",
    "calculated_is_read_only": "{count} × a calculated field that could be changed: it is only shown.",
    "not_filled_in": "“{text}” is not filled in beforehand: its calculation uses {what}.",
    "not_told": "“{text}” is filled in from {what}, which Latchkey does not know: that part stays empty.",
    "fhir_query": "{count} × a query to a FHIR server: nothing is filled in from there.",
    "usageMode": "{count} × a part meant for one use of the form alone: it is always shown.",
    "itemMedia": "{count} × a picture, sound or film beside a question is not shown.",
    "itemAnswerMedia": "{count} × a picture elsewhere, a sound or a film of a choice is not shown; its words are.",
    "choiceOrientation": "{count} × a direction for choices is not followed: they stand below each other.",
    "width": "{count} × a width is not followed: what is asked takes the width of the screen.",
    "columnCount": "{count} × a number of columns is not followed: choices stand below each other.",
    "collapsible": "{count} × a part that could be folded is always open.",
    "optionRestriction": "{count} × a restriction of choices is not followed: all are offered.",
    "entryMode": "The order of answering is not forced: people can always go back.",
    "observationExtract": "{count} × extraction of observations is not done.",
    "templateExtract": "{count} × extraction by template is not done.",
    "definitionExtract": "{count} × extraction by definition is not done.",
    "itemExtractionContext": "{count} × extraction by definition is not done.",
    "targetStructureMap": "{count} × extraction by StructureMap is not done.",
    "observationLinkPeriod": "{count} × nothing is filled in from earlier observations.",
    "sourceQueries": "{count} × nothing is filled in by FHIR queries.",
    "itemPopulationContext": "{count} × nothing is filled in by FHIR queries.",
    "picture": "{count} × a picture in a text is not shown; its words are.",
    "control": "Looks that are not known and not followed: {names}.",
    "vendor": "Extensions that are kept but not used: {names}.",
}


def problem(found: Problem) -> str:
    """What was found."""
    facts = {"link_id": found.link_id, **found.facts, "text": found.text or found.link_id or "The file"}
    said = (REFUSED if found.effect == "refused" else PROBLEMS)[found.why].format_map(facts)
    return said if said.endswith((".", "?", "!")) else f"{said.rstrip(': ')}."


def effect(found: Problem) -> str:
    """What happens to it."""
    return EFFECTS[found.effect]


def note(found: Note) -> str:
    """What is not done that loses nothing."""
    return NOTES[found.why].format_map(found.facts)

"""Smart Forms: a questionnaire comes in, is asked, answered, kept and read.

Four files are the doors, with folders behind them: `questionnaire.read` (`importing`: what a file says),
`engine.evaluate` (`asking`: which question stands where, and what may answer it; `fhirpath`: expressions, in their
cage), `answers` (`answering`: a form under a patient's hands, until it is sent) and `scores`. Around them stands what a
practice does with forms: the `library` (its own, and those we bring along), the `builder` (making one), `waiting`
(sent, not answered yet) and `responses` (what came back: read, put right, printed, handed on). At this level is
what all of them speak of: `words`, `values`, `kinds`, the rows and their reads.
"""

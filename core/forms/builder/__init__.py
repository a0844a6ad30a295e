"""The builder: a form made, changed, translated and tried out by people who do not know FHIR."""

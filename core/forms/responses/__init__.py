"""Answers that came back: read again, put right, over time, and as PDF, CSV and FHIR."""

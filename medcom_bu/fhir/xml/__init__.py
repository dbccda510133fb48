"""FHIR XML to plain data, quickly where all is as it should be, and back."""

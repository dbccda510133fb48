"""Answering messages: acknowledgements of FHIR messages."""

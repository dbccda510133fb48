"""FHIR R4 as data: which types there are, what they have, and messages as plain data checked against it."""

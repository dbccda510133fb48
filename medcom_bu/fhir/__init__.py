"""FHIR R4 as JSON and XML: plain data, the definitions, the codec of MedCom's messages."""

"""HL7 FHIR R4: messages as JSON and XML, and the profiles they must conform to."""

"""FHIR: the codec, FHIRPath, and the engine that judges by profiles."""

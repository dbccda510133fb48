"""The profile engine: StructureDefinitions compiled to a tree of checks, and the tree run over plain FHIR data.

``packages`` finds definitions, ``elements`` reads them, ``compile`` makes the tree, ``run`` judges a message.
"""

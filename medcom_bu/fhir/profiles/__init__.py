"""The profile engine: StructureDefinitions compiled to a tree of checks, and the tree run over plain FHIR data.

``packages`` finds definitions, ``definition_tree`` reads them, ``compile`` makes the tree, ``walk`` judges a message by
it. ``scope`` is what checks and the walk know of each other.
"""

"""The copy of a message that must be kept: exact bytes, page, report, digests; written once, verified later."""

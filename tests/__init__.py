"""Tests as a package: ``unit``, ``messages``, ``conformance``, ``robustness``, ``docs``; helpers in ``support``."""

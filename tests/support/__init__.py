"""What tests share: oracles, samples, mutants, and what is said of them."""

from pathlib import Path

TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent

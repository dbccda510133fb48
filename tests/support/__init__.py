"""What tests share: oracles, samples, mutants, and what is said of them. Where to look before a helper is written:

values        typed (narrowing, the library's samples), paths (values at attribute paths), copies, texts, ids_and_clock
letters       clean_letters (no rule says anything), letter_builders, payloads, hostile (one text everywhere), instances
conversion    conversions (what is carried over to the other standard, and what is said of it)
FHIR          care_messages and threads (by the builder), fhir_message (the same as data), fhir_by_hand, fhir_codec;
              fhir_breaks and fhir_mutants change them
what is told  issues, pages and html, all_kinds, memory
oracles       oracle, java_oracle, profile_oracle, edifact_differences
the code      modules, every_value, reached, stack, mutants
"""

import os
from pathlib import Path

FULL = os.environ.get("MEDCOM_BU_FULL") == "1"
"""Whether the long forms are wanted: as many examples as once showed that there is nothing more to find."""
TESTS = Path(__file__).parent.parent
ROOT = TESTS.parent

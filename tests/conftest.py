"""What all tests share: the profiles of hypothesis."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, suppress_health_check=_SLOW)
settings.register_profile("full", deadline=None, max_examples=2000, suppress_health_check=_SLOW)
settings.load_profile("full" if os.environ.get("MEDCOM_BU_FULL") == "1" else "ci")

"""The short form of the soak; ``python -m tests.robustness.soak`` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.robustness.soak import soak


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    came = soak(300, 6, tmp_path)
    assert sum(came.get(state, 0) for state in ("acknowledged", "rejected", "given up")) == 300
    assert came["kills"] == 6
    assert came["acknowledged"] > 250

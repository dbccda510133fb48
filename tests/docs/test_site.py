"""What the site makes of a page besides what its generator does."""

from __future__ import annotations

import runpy

from tests.support import ROOT

fitted = runpy.run_path(str(ROOT / ".ci" / "site.py"))["fitted"]


def test_a_cell_knows_its_heading_and_a_long_name_may_break() -> None:
    head = '<table><thead>\n<tr>\n<th>A "b"</th>\n<th></th>\n</tr>\n</thead>'
    assert fitted(f"{head}<tr>\n<td>x.y</td>\n<td><code>a_b.c</code></td>\n</tr></table>") == (
        f'{head}<tr>\n<td data-label="A &quot;b&quot;">x.y</td>\n'
        '<td data-label=""><code>a_<wbr>b.<wbr>c</code></td>\n</tr></table>'
    )

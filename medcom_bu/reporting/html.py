"""Reports as one page for many files, which asks nobody for anything: read without script, sorted by its own."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape

from medcom_bu.issues import Issue, Report, Severity, Text, Verdict
from medcom_bu.reporting.judged import Judged, Look, Tally
from medcom_bu.signs import one_line

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #ddd; }
th button { font: inherit; font-weight: bold; border: 0; background: none; padding: 0; cursor: pointer; }
th button::after { content: " \\2195"; }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
td:first-child, code { overflow-wrap: anywhere; }
ul { margin: .25rem 0 .75rem; padding-left: 1.25rem; }
.invalid, .error { color: #a4000f; font-weight: bold; }
.not-checked, .warning { color: #7a4b00; font-weight: bold; }
.valid { color: #14601f; }
.hint { color: #555; }
@media (max-width: 48rem) {
  tr { display: grid; grid-template-columns: repeat(4, 1fr); border-bottom: 1px solid #ddd; }
  th, td { border: 0; }
  th:first-child, td:first-child { grid-column: 1 / -1; }
  th button { font-size: .75rem; text-align: left; }
}
"""
_SCRIPT = """
document.querySelectorAll("thead th").forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const rises = head.getAttribute("aria-sort") !== "ascending";
    document.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", rises ? "ascending" : "descending");
    const key = row => row.cells[column].dataset.key;
    const rows = [...document.querySelectorAll("tbody tr")];
    rows.sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }) * (rises ? 1 : -1));
    document.querySelector("tbody").append(...rows);
  });
});
"""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_POLICY = f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; base-uri 'none'"
_TITLE = Text("Verdicts on messages", "Kontrol af meddelelser")
_HEADS = (
    Text("File", "Fil"),
    Text("Verdict", "Resultat"),
    Text("Errors", "Fejl"),
    Text("Warnings", "Advarsler"),
    Text("Information", "Oplysninger"),
)
_HINT = Text("hint: {hint}", "råd: {hint}")
_RANKS = (Verdict.INVALID, Verdict.NOT_CHECKED, Verdict.VALID)


def as_html(judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """A row a file, its issues beneath its name; the totals stand above."""
    tally, lang = Tally(), look.lang
    rows = [_row(each, lang) for each in tally.counted(judged)]
    title = _TITLE.render(lang, {})
    heads = "".join(f'<th scope="col">{head.render(lang, {})}</th>' for head in _HEADS)
    yield (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<table>\n<caption>{escape(tally.text(look))}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    )
    yield from rows
    yield f"</tbody>\n</table>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _row(judged: Judged, lang: str) -> str:
    name, report = _shown(judged.name), judged.report
    count = Counter(issue.severity for issue in report)
    headline = report.text(lang).partition("\n")[0]
    cells = [
        f'<td data-key="{name}">{_with_issues(name, report, lang)}</td>',
        f'<td data-key="{_RANKS.index(report.verdict)}" class="{_word(report.verdict)}">{_shown(headline)}</td>',
        *(f'<td data-key="{count[severity]}">{count[severity]}</td>' for severity in Severity),
    ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _with_issues(name: str, report: Report, lang: str) -> str:
    if not report.issues:
        return name
    is_open = "" if report.ok else " open"
    items = "".join(_item(issue, lang) for issue in report)
    return f"<details{is_open}><summary>{name}</summary><ul>{items}</ul></details>"


def _item(issue: Issue, lang: str) -> str:
    told = [f"<code>{_shown(cause.place(lang))}</code>: {_shown(cause.text(lang))}" for cause in issue.causes]
    causes = "".join(f"<li>{cause}</li>" for cause in told)
    return (
        f'<li><span class="{issue.severity}">{_shown(issue.text(lang))}</span><br>'
        f"<code>{_shown(issue.code)}</code> <code>{_shown(issue.place(lang))}</code><br>"
        f'<span class="hint">{_shown(_HINT.render(lang, {"hint": issue.hint_text(lang)}))}</span>'
        f"{f'<ul>{causes}</ul>' if causes else ''}</li>"
    )


def _word(verdict: Verdict) -> str:
    return verdict.replace(" ", "-")


def _shown(text: str) -> str:
    """Text for an element or an attribute, with a mark for each sign that hides or acts."""
    return escape(one_line(text))

"""The report as one page of HTML: it requests nothing from anywhere, and is read on a phone, a desktop and on paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from medcom_bu.certification.model.cases import CertificationCase
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Finding
from medcom_bu.certification.report.summary import DISCLAIMER, Summary, grade_of, rule_sets, says
from medcom_bu.issues import Text
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.second_opinion import SecondOpinion

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem auto; padding: 0 1rem; max-width: 60rem; }
body { color: #1b1b1b; background: #fff; overflow-wrap: anywhere; }
.note { border: 2px solid #7a4b00; padding: .5rem 1rem; }
.counts { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; }
section { border-top: 1px solid #999; padding: .5rem 0; }
h2 { font-size: 1.1rem; margin: .5rem 0 0; }
h2, h2 + .about { break-inside: avoid; break-after: avoid; }
table + .about { break-before: avoid; }
.about { color: #555; margin: 0 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; }
tr { break-inside: avoid; }
th, td:first-child, td[class] { white-space: nowrap; }
ul { margin: .25rem 0; padding-left: 1.25rem; }
.failed { color: #a4000f; font-weight: bold; }
.not-run, .to-be-judged { color: #7a4b00; font-weight: bold; }
.passed { color: #14601f; }
@media screen and (max-width: 40rem) {
  thead { display: none; }
  tr { display: grid; grid-template-columns: 1fr auto; padding: .4rem 0; border-bottom: 1px solid #ddd; }
  td { border: 0; padding: 0; }
  td:nth-child(2) { grid-area: 2 / 1 / 3 / 3; }
}
@media print { body { margin: 0; max-width: none; font-size: 10pt; } a { color: inherit; text-decoration: none; } }
@page { margin: 15mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9pt system-ui, sans-serif; } }
"""
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)

_TITLE = Text("Certification self-test", "Selvtest før certificering")
_OPEN = Text("Failed or open", "Fejlet eller åbent")
_HEADS = (Text("Step", "Trin"), Text("Requirement", "Hvad der skal gælde"), Text("Result", "Resultat"))
CONCLUSIONS = {
    Conclusion.PASSED: Text("passed", "bestået"),
    Conclusion.FAILED: Text("failed", "fejlet"),
    Conclusion.NOT_RUN: Text("not run", "ikke kørt"),
    Conclusion.TO_BE_JUDGED: Text("to be judged", "skal bedømmes"),
}
_ROLES = {
    "sender": Text("sender", "afsender"),
    "receiver": Text("receiver", "modtager"),
    "converter": Text("converter", "konvertering"),
}
_GRADES = {"not relevant": Text("not relevant", "ikke relevant")}
_EXPECTED = Text("expected: {expected}; found: {found}", "forventet: {expected}; fundet: {found}")
_LOOK = Text("look: {expected}", "se efter: {expected}")
_NEEDED = Text("not run, because this is needed: {expected}", "ikke kørt, da dette kræves: {expected}")
_RULE = Text("rule {rule} at {path}", "regel {rule} ved {path}")
_OURS = Text("a case of medcom_bu", "en test fra medcom_bu")
_OFFICIAL = Text("a step of the protocol", "et trin i protokollen")
_JUDGED_BY = Text("Validated by", "Kontrolleret med")
_EVIDENCE = Text("Evidence", "Dokumentation")
_OTHER = Text("An official validator beside ours", "En officiel validator ved siden af vores")
_MADE = Text("Made {moment}", "Lavet {moment}")


def report_page(summary: Summary, lang: str = "en") -> str:
    """The page in ``"en"`` or ``"da"``."""
    return "".join(_parts(summary, lang))


def _parts(summary: Summary, lang: str) -> Iterator[str]:
    title = _TITLE.render(lang, {})
    yield (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f'<p class="note">{_shown(DISCLAIMER.render(lang, {}))}</p>\n'
        f"<p>{_shown(_MADE.render(lang, {'moment': f'{summary.made:%Y-%m-%d %H:%M}'}))}</p>\n"
    )
    counts = (
        f'<li class="{_word(conclusion) if count else "none"}">{CONCLUSIONS[conclusion].render(lang, {})}: {count}</li>'
        for conclusion, count in summary.counts.items()
    )
    yield f'<ul class="counts">{"".join(counts)}</ul>\n'
    yield _open_cases(summary, lang)
    files: dict[str, list[str]] = {}
    opinions: dict[str, list[str]] = {}
    for case, _, name in summary.evidence():
        files.setdefault(case.id, []).append(name)
        if name in summary.opinions:
            opinions.setdefault(case.id, []).append(_opinion(name, summary.opinions[name], lang))
    for case, result in summary.results:
        yield _section(case, result, files.get(case.id, []), "".join(opinions.get(case.id, [])), lang)
    rows = "".join(
        f"<tr><td>{_shown(name)}</td><td>{_shown(version)}</td></tr>" for name, version in rule_sets().items()
    )
    yield f"<section>\n<h2>{_JUDGED_BY.render(lang, {})}</h2>\n<table><tbody>{rows}</tbody></table>\n</section>\n"
    yield "</main>\n</body>\n</html>\n"


def _open_cases(summary: Summary, lang: str) -> str:
    """What a reader looks for first in hundreds of cases: those that did not simply pass."""
    items = "".join(
        f'<li><a href="#{_shown(case.id)}">{_heading(case, lang)}</a>: {_conclusion(result, lang)}</li>\n'
        for case, result in summary.results
        if result.conclusion is not Conclusion.PASSED
    )
    return f"<h2>{_OPEN.render(lang, {})}</h2>\n<ul>{items}</ul>\n" if items else ""


def _heading(case: CertificationCase, lang: str) -> str:
    return _shown(f"{case.id} {case.title.render(lang, {})}")


def _conclusion(result: CaseResult, lang: str) -> str:
    return f'<span class="{_word(result.conclusion)}">{conclusion_text(result, lang)}</span>'


def _section(case: CertificationCase, result: CaseResult, files: list[str], opinions: str, lang: str) -> str:
    origin = (_OURS if case.is_ours else _OFFICIAL).render(lang, {})
    role = _ROLES[str(case.role)].render(lang, {})
    about = f"{case.standard} {case.version}, {role}; {case.protocol}, {case.section}; {origin}"
    heads = "".join(f'<th scope="col">{head.render(lang, {})}</th>' for head in _HEADS)
    rows = "".join(_row(check, lang) for check in result.checks)
    named = f'<p class="about">{_EVIDENCE.render(lang, {})}: {_shown(", ".join(files))}</p>\n' if files else ""
    return (
        f'<section id="{_shown(case.id)}">\n<h2>{_heading(case, lang)}: {_conclusion(result, lang)}</h2>\n'
        f'<p class="about">{_shown(about)}</p>\n'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>\n{named}{opinions}</section>\n"
    )


def _opinion(name: str, opinion: SecondOpinion, lang: str) -> str:
    lines = "".join(f"<li>{_shown(line)}</li>" for line in opinion.text(lang).splitlines() if line.strip())
    return f'<p class="about">{_OTHER.render(lang, {})}: {_shown(name)}</p>\n<ul>{lines}</ul>\n'


def conclusion_text(result: CaseResult, lang: str) -> str:
    """What a case came to, with its grade where it has one, in ``"en"`` or ``"da"``."""
    grade = grade_of(result)
    told = CONCLUSIONS[result.conclusion].render(lang, {})
    return told + ("" if grade is None else f" ({_grade(str(grade), lang)})")


def _row(check: CheckResult, lang: str) -> str:
    grade = "" if check.grade is None else f" ({_grade(str(check.grade), lang)})"
    told = CONCLUSIONS[check.conclusion].render(lang, {})
    open_findings = [each for each in check.findings if each.conclusion is not Conclusion.PASSED]
    items = "".join(f"<li>{_shown(finding_text(each, lang))}</li>" for each in open_findings)
    return (
        f"<tr><td>{_shown(check.step)}</td><td>{_shown(says(check).render(lang, {}))}"
        f"{f'<ul>{items}</ul>' if items else ''}</td>"
        f'<td class="{_word(check.conclusion)}">{told}{grade}</td></tr>\n'
    )


def finding_text(finding: Finding, lang: str) -> str:
    """What was found, and where, in ``"en"`` or ``"da"``."""
    params = {"expected": finding.expected, "found": finding.found, "rule": finding.rule, "path": finding.path}
    if finding.conclusion is Conclusion.TO_BE_JUDGED:
        return _LOOK.render(lang, params)
    if not finding.found.en:
        return _NEEDED.render(lang, params)
    told = _EXPECTED.render(lang, params)
    return f"{told} ({_RULE.render(lang, params)})" if finding.rule else told


def _grade(grade: str, lang: str) -> str:
    return _GRADES[grade].render(lang, {}) if grade in _GRADES else grade


def _word(conclusion: Conclusion) -> str:
    return conclusion.replace(" ", "-")


def _shown(text: str) -> str:
    return escape(one_line(text))

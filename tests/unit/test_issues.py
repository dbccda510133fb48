"""Reports: the verdict, what was asked for, the limit on their length, how they travel."""

from __future__ import annotations

import copy
import pickle

import pytest

import medcom_bu
from medcom_bu import Kind, Layer, Outcome, Report, Severity, Text, Verdict
from medcom_bu.issues import MORE

TEXT = Text("{number} is wrong", "{number} er forkert")
ERROR = Kind("test.error", Severity.ERROR, Layer.RULE, TEXT, TEXT, "test")
WARNING = Kind("test.warning", Severity.WARNING, Layer.RULE, TEXT, TEXT, "test")
UNCHECKED = Kind("test.unchecked", Severity.INFORMATION, Layer.SCHEMA, TEXT, TEXT, "test", unchecked=True)
ALL = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
ASKED_FOR_ONE = frozenset({Layer.SYNTAX})


@pytest.mark.parametrize(
    ("report", "verdict", "headline"),
    [
        (Report.from_issues([], ALL, ALL), Verdict.VALID, "valid"),
        (Report.from_issues([WARNING.issue("/", number=1)], ALL, ALL), Verdict.VALID, "valid"),
        (Report.from_issues([ERROR.issue("/", number=1)], ALL, ALL), Verdict.INVALID, "invalid"),
        (Report.from_issues([], ALL[:2], ALL), Verdict.NOT_CHECKED, "valid (not everything was checked)"),
        (
            Report.from_issues([UNCHECKED.issue("/", number=1)], ALL, ALL),
            Verdict.NOT_CHECKED,
            "valid (not everything was checked)",
        ),
        (Report.from_issues([], ALL[:1], ALL, ASKED_FOR_ONE), Verdict.VALID, "valid (syntax)"),
        (Report.from_issues([], [], ALL, ASKED_FOR_ONE), Verdict.NOT_CHECKED, "not checked"),
        (Report.from_issues([], [], ALL, frozenset({Layer.PROFILE})), Verdict.NOT_CHECKED, "not checked"),
        (Report.from_issues([], ALL, ALL, frozenset({*ALL, Layer.PROFILE})), Verdict.VALID, "valid"),
    ],
)
def test_the_verdict_is_one_of_three(report: Report, verdict: Verdict, headline: str) -> None:
    assert report.verdict is verdict
    assert report.text().splitlines()[0] == headline
    assert report.to_dict()["verdict"] == verdict
    assert report.complete is (verdict is Verdict.VALID or report.layers[Layer.RULE] is Outcome.FAILED)


def test_an_unchecked_layer_has_not_run_but_may_have_failed() -> None:
    error = Kind("test.schema", Severity.ERROR, Layer.SCHEMA, TEXT, TEXT, "test")
    unchecked = UNCHECKED.issue("/", number=1)
    assert Report.from_issues([unchecked], ALL, ALL).layers[Layer.SCHEMA] is Outcome.NOT_RUN
    assert Report.from_issues([unchecked, error.issue("/", number=1)], ALL, ALL).layers[Layer.SCHEMA] is Outcome.FAILED


@pytest.mark.parametrize("count", [0, 9, 10, 11, 500])
def test_a_report_is_never_too_long(count: int) -> None:
    report = Report.from_issues((WARNING.issue("/", number=number) for number in range(count)), ALL, ALL, most=10)
    assert len(report) == min(count, 10)
    if count > 10:
        assert report.issues[-1] == MORE.issue("/", count=count - 9)
        assert [dict(issue.params)["number"] for issue in report.issues[:-1]] == list(range(9))


def test_an_error_is_kept_before_warnings() -> None:
    issues = [*(WARNING.issue("/", number=number) for number in range(50)), ERROR.issue("/", number=50)]
    report = Report.from_issues(issues, ALL, ALL, most=10)
    assert (report.verdict, report.issues[-2].kind, len(report)) == (Verdict.INVALID, ERROR, 10)


def test_what_was_counted_before_is_counted_in() -> None:
    issues = [*(WARNING.issue("/", number=number) for number in range(8)), MORE.issue("/x", count=100)]
    assert Report.from_issues(issues, ALL, ALL, most=10).issues[-1] == MORE.issue("/", count=100)
    assert Report.from_issues(issues, ALL, ALL, most=5).issues[-1] == MORE.issue("/", count=104)


def test_the_limit_on_issues_is_the_callers() -> None:
    from medcom_bu.testing.letters import letter_samples

    data = medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"]).replace(b"</Emessage>", b"<a/>" * 2000 + b"</Emessage>")
    assert len(medcom_bu.validate(data)) == 1000
    assert len(medcom_bu.validate(data, limits=medcom_bu.Limits(issues=20))) == 20
    assert len(medcom_bu.read(data, limits=medcom_bu.Limits(issues=20)).report) == 20
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        medcom_bu.parse(data, limits=medcom_bu.Limits(issues=20))
    assert len(raised.value.report) == 20


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_report_can_be_sent(protocol: int) -> None:
    report = Report.from_issues([ERROR.issue("/", number=1)], ALL, ALL, frozenset(ALL))
    error = medcom_bu.InvalidMessage(report)
    assert pickle.loads(pickle.dumps(report, protocol)) == report
    assert copy.copy(report) == copy.deepcopy(report) == report
    sent = pickle.loads(pickle.dumps(error, protocol))
    assert (str(sent), sent.report) == (str(error), report)


def test_a_text_stands_in_a_text_that_stands_in_another() -> None:
    params = {"reason": Text("more than {limit} {what}", "flere end {limit} {what}"), "what": Text("names", "navne")}
    sentence = Text("refused: {reason}", "afvist: {reason}")
    assert sentence.render("en", params | {"limit": 5}) == "refused: more than 5 names"
    assert sentence.render("da", params | {"limit": 5}) == "afvist: flere end 5 navne"


def test_issues_of_the_callers_own_stand_behind_the_others() -> None:
    report = Report.from_issues([WARNING.issue("/", number=1)], ALL, ALL)
    joined = report.with_issues([ERROR.issue("letters[0]", number=2)])
    assert [(issue.code, issue.path) for issue in joined] == [("test.warning", "/"), ("test.error", "letters[0]")]
    assert joined.layers == {**report.layers, Layer.RULE: Outcome.FAILED}
    assert (report.verdict, joined.verdict) == (Verdict.VALID, Verdict.INVALID)
    assert report.with_issues([]) == report


def test_issues_of_the_callers_own_mend_nothing() -> None:
    warning = WARNING.issue("/", number=1)
    not_run = Report.from_issues([], ALL[:2], ALL)
    assert not_run.with_issues([warning]).layers == not_run.layers
    crowded = Report((warning,), dict.fromkeys(ALL, Outcome.FAILED))  # the errors of some layers had no room
    assert crowded.with_issues([warning]).layers == crowded.layers


def test_a_layer_that_does_not_apply_is_added_by_an_issue_of_it() -> None:
    report = Report.from_issues([], ALL, ALL)
    for severity, outcome in ((Severity.ERROR, Outcome.FAILED), (Severity.WARNING, Outcome.PASSED)):
        kind = Kind("test.profile", severity, Layer.PROFILE, TEXT, TEXT, "test")
        layers = report.with_issues([kind.issue("Bundle", number=1)]).layers
        assert layers == {**report.layers, Layer.PROFILE: outcome}


def test_a_kind_takes_no_text_for_a_severity() -> None:
    with pytest.raises(TypeError, match=r"Kind\.severity takes Severity, not str"):
        Kind("test.error", "error", Layer.RULE, TEXT, TEXT, "test")  # type: ignore[arg-type]

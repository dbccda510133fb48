"""Our report beside an OperationOutcome of another validator: what both say, and what one of them says alone."""

from medcom_bu.second_opinion.differences import DIFFERENCES, KnownDifference
from medcom_bu.second_opinion.matching import second_opinion
from medcom_bu.second_opinion.opinion import Agreement, Match, OnlyOurs, OnlyTheirs, SecondOpinion
from medcom_bu.second_opinion.outcome import BadOutcome, TheirIssue

__all__ = [
    "DIFFERENCES",
    "Agreement",
    "BadOutcome",
    "KnownDifference",
    "Match",
    "OnlyOurs",
    "OnlyTheirs",
    "SecondOpinion",
    "TheirIssue",
    "second_opinion",
]

"""Judging a message: by which profiles, resource by resource, and what of the findings is the root.

Source: FHIR R4, Profiling; the behaviour of HL7's validator where the specification leaves it open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from medcom_bu import arguments
from medcom_bu.fhir import fhirpath
from medcom_bu.fhir.model.data import root_name
from medcom_bu.fhir.model.r4 import R4, RESOURCE_TYPES, is_base, shown_type
from medcom_bu.fhir.profiles import catalogue, message_focus
from medcom_bu.fhir.profiles.bundle_entries import bundle_issues
from medcom_bu.fhir.profiles.compile import Profiles, shown_version
from medcom_bu.fhir.profiles.contexts import is_in_context, keeps_invariants
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.guide import bundle_profile, claims_of, header_of, is_message
from medcom_bu.fhir.profiles.index import EntryIndex, ResourcePlace, is_absolute
from medcom_bu.fhir.profiles.judgements import Budget, Judgement, Need, failing, findings
from medcom_bu.fhir.profiles.packages import Definition, Definitions
from medcom_bu.fhir.profiles.scope import ExtensionBearer, Rule
from medcom_bu.fhir.profiles.tree import ProfileNode, shape_of
from medcom_bu.fhir.profiles.vital_signs import demanded_of
from medcom_bu.issues import Issue, Severity
from medcom_bu.limits import LIMITS
from medcom_bu.numerals import version_numbers
from medcom_bu.once import MAKING
from medcom_bu.stack import on_any_stack

RESOURCE = Rule(R4 + "Resource", "Resource")
_DEFINITION = Rule(R4 + "MessageHeader", "MessageHeader.definition")


def compiled(definitions: Definitions, edition: InvariantEdition = InvariantEdition.CORRECTED) -> Profiles:
    """The compiled profiles of some definitions, made once for as long as these live."""
    with MAKING:
        if edition not in definitions.compiled:
            definitions.compiled[edition] = Profiles(definitions, edition)
        profiles: Profiles = definitions.compiled[edition]
    return profiles


def check(
    bundle: dict[str, Any],
    definitions: Definitions,
    edition: InvariantEdition = InvariantEdition.CORRECTED,
    most: int = LIMITS.issues,
) -> tuple[Issue, ...]:
    """Validate a bundle against the profiles that it and its resources claim, and those that its references require.

    ``bundle``: plain data, as :mod:`medcom_bu.fhir.model.data` describes it.
    ``definitions``: where the profiles are found.
    ``edition``: which text of MedCom's invariants holds.
    ``most``: how many issues on the judging are kept, and how many on what is judged, beside the first error of each
    resource; the last issue says how many more there are.

    The issues are of the layer profile, in the order of the document; each once. What follows from another issue is
    left out. Raises BadDefinition where a definition cannot be judged by.
    """
    arguments.check("check: bundle", bundle, dict)
    not_judged = RESOURCE.broken(catalogue.TOO_DEEP, root_name(bundle))
    return on_any_stack(
        lambda: BundleWalk(bundle, compiled(definitions, edition), most).issues(), lambda: (not_judged,)
    )


class BundleWalk:
    """The judging of one bundle."""

    def __init__(self, bundle: dict[str, Any], profiles: Profiles, most: int = LIMITS.issues) -> None:
        self.bundle = bundle
        self.profiles = profiles
        self.index: EntryIndex = EntryIndex(bundle)
        self.is_message: bool = is_message(bundle)
        self._budget = Budget(most)
        self._said = Judgement(
            ResourcePlace(bundle, "", "", bundle), ProfileNode("Resource", frozenset()), Budget(most), is_due=True
        )
        self._judgements: dict[tuple[int, int], Judgement] = {(0, 0): self._said}
        self._unwalked: list[Judgement] = []
        self._postponed: list[Callable[[], None]] = []
        self._asked: list[Judgement] = []
        self._env = fhirpath.Env(
            bundle,
            resolve=fhirpath.BundleIndex(bundle).resolve,
            member_of=self._member_of,
            conforms_to=self._conforms,
            steps=fhirpath.Steps(fhirpath.MOST_STEPS + len(self.index) * fhirpath.STEPS_OF_AN_ENTRY),
        )
        self._envs: dict[int, fhirpath.Env] = {id(bundle): self._env}

    def issues(self) -> tuple[Issue, ...]:
        """All that is wrong, without what only follows from it."""
        of_type = self.bundle.get("resourceType")
        name = of_type if type(of_type) is str and of_type in RESOURCE_TYPES else "Resource"
        self.judge(ResourcePlace(self.bundle, name, "", self.bundle), self._demanded())
        self._definition_version()
        for issue in bundle_issues(self.bundle, self.index) if of_type == "Bundle" else ():
            self._said.report(issue)
        self._walk()
        while self._postponed:
            self._postponed.pop()()
            self._walk()
        issues = (issue for judgement in self._judgements.values() for issue in judgement.issues)
        told = {issue.path for issue in issues if issue.severity is Severity.ERROR}
        for issue in message_focus.issues(self.bundle, self.index):
            if issue.path not in told:
                self._said.report(issue)
        return findings(self._judgements.values())

    def _demanded(self) -> tuple[str, ...]:
        """The profile of the guide, for a message that claims no profile that is known."""
        claims = [claim for claim in claims_of(self.bundle) if not claim.startswith(R4)]
        is_known = any(self.profiles.definition(claim) for claim in claims)
        profile = bundle_profile(self.profiles.definitions)
        if is_known or profile is None or not header_of(self.bundle):
            return ()
        return (profile,)

    def env(self, place: ResourcePlace) -> fhirpath.Env:
        """What expressions may ask about a resource and its surroundings."""
        env = self._envs.get(id(place.resource))
        if env is None:
            env = self._envs[id(place.resource)] = self._env.within(place.resource, place.container)
        return env

    def judge(self, place: ResourcePlace, demanded: Iterable[str]) -> None:
        """Judge a resource by the profiles it claims and those demanded; by its type where there are none."""
        of_type = place.resource.get("resourceType")
        if type(of_type) is not str:
            self._say(RESOURCE.broken(catalogue.NO_TYPE, place.path))
            return
        if of_type not in RESOURCE_TYPES:
            self._say(RESOURCE.broken(catalogue.RESOURCE_UNKNOWN, place.path))
            return
        nodes = []
        for canonical in dict.fromkeys((*claims_of(place.resource), *demanded, *demanded_of(place.resource))):
            node = self.profiles.get(canonical)
            profile_type = node.type if node is not None else _named_type(canonical)
            if profile_type not in ("", of_type):
                named = {"found": shown_type(of_type), "allowed": profile_type}
                self._say(
                    Rule(self.profiles.shown(canonical), profile_type).broken(catalogue.TYPE, place.path, **named)
                )
            elif node is None:
                self._said.report(self.not_checked(RESOURCE, place.path, canonical, is_claimed=True))
            else:
                nodes.append(node)
                self._version(place, canonical)
        if place.resource is self.bundle and all(_is_of_r4(node) for node in nodes):
            self._say(RESOURCE.broken(catalogue.NO_PROFILE, place.path))
        if not nodes:
            base = self.profiles.get(R4 + of_type)
            if base is None:
                self._said.report(self.not_checked(RESOURCE, place.path, R4 + of_type))
            else:
                nodes.append(base)
        for node in nodes:
            self.judgement(place, node).is_due = True

    def _say(self, issue: Issue) -> None:
        """An issue on the judging itself."""
        self._said.report(issue)

    def _version(self, place: ResourcePlace, canonical: str) -> None:
        """Say so where a profile is claimed in another version than is available."""
        url, _, claimed = canonical.partition("|")
        actual = (self.profiles.definition(canonical) or {}).get("version") if claimed else ""
        if claimed and claimed != actual:
            is_near = version_numbers(claimed)[:2] == version_numbers(str(actual))[:2]
            kind = catalogue.OTHER_VERSION if is_near else catalogue.WRONG_VERSION
            self._say(Rule(url, "").broken(kind, place.path, wanted=shown_version(claimed), held=actual))

    def _definition_version(self) -> None:
        """Say so where the header names a version of the standard that the guide is not of."""
        definition = header_of(self.bundle).get("definition")
        claimed = definition.partition("|")[2] if type(definition) is str else ""
        actual = self.profiles.definitions.root.version
        numbers = version_numbers(claimed)[:2]
        if len(numbers) > 1 and numbers != version_numbers(actual)[:2]:
            params = {"wanted": shown_version(claimed), "held": actual}
            self._say(_DEFINITION.broken(catalogue.OTHER_VERSION, "Bundle.entry[0].resource.definition", **params))

    def judgement(self, place: ResourcePlace, node: ProfileNode) -> Judgement:
        """The judgement of a resource by a profile: one, to be made when its turn comes."""
        key = (id(place.resource), id(node))
        judgement = self._judgements.get(key)
        if judgement is None:
            judgement = self._judgements[key] = Judgement(place, node, self._budget)
            self._unwalked.append(judgement)
        return judgement

    def judgements(self) -> tuple[Judgement, ...]:
        """All judgements made."""
        return tuple(self._judgements.values())

    def _walk(self) -> None:
        while self._unwalked:
            judgement = self._unwalked.pop()
            judgement.node.walk(judgement.place.resource, judgement.place.path, ResourceScope(self, judgement))

    def fails(self, judgement: Judgement) -> bool:
        """Whether a judgement is not good; makes those that are waiting."""
        self._walk()
        return judgement in failing(self._judgements.values())

    def postpone(self, question: Callable[[], None]) -> None:
        """Ask after all resources are judged that are known to need it."""
        self._postponed.append(question)

    def not_checked(self, rule: Rule, path: str, wanted: str, *, is_claimed: bool = False) -> Issue:
        """An issue that says so of a profile."""
        kind, params = self.profiles.not_checked(wanted, is_claimed=is_claimed)
        return rule.broken(kind, path, **params)

    def _member_of(self, item: Any, value_set: str) -> bool:
        is_member = self.profiles.member_of(item, value_set)
        if is_member is None:
            raise fhirpath.not_at_hand("memberOf", self.profiles.lacking(value_set))
        return is_member

    def _conforms(self, resource: Any, canonical: str) -> bool | None:
        place, node = self.index.place_of(resource), self.profiles.get(canonical)
        if node is None:
            raise fhirpath.not_at_hand("conformsTo", self.profiles.lacking(canonical))
        if place is None:
            return None
        if node.type != place.resource.get("resourceType"):
            return False
        judgement = self.judgement(place, node)
        if not self.fails(judgement):
            return True
        self._asked.append(judgement)
        return False

    def asked(self, question: Callable[[], bool | None]) -> tuple[bool | None, list[Judgement]]:
        """The answer to a question, and the judgements that it found to fail."""
        self._asked = []
        return question(), self._asked


class ResourceScope:
    """One resource while it is judged by one profile: what ``scope.Scope`` promises to checks."""

    __slots__ = ("_judged", "env", "judgement", "place", "report", "run")

    def __init__(self, run: BundleWalk, judgement: Judgement) -> None:
        self.run: BundleWalk = run
        self.judgement: Judgement = judgement
        self.place: ResourcePlace = judgement.place
        self.env: fhirpath.Env = run.env(judgement.place)
        self.report: Callable[[Issue], None] = judgement.report
        self._judged: set[tuple[str, object]] = set()

    @property
    def is_in_message(self) -> bool:
        """Whether the resource is one of a message."""
        return self.run.is_message

    def is_first(self, path: str, node: object) -> bool:
        """Whether a node has not been asked before to judge what is at a path."""
        before = len(self._judged)
        self._judged.add((path, node))
        return len(self._judged) > before

    def enter(self, value: Any, path: str, demanded: Iterable[str], node: object = None) -> None:
        """Judge a resource that is within this one, by a node too where one is given and is of its type."""
        if type(value) is not dict:
            self.report(RESOURCE.broken(catalogue.SHAPE, path, found=shape_of(value), expected="an object"))
            return
        place = self._place(value, path)
        self.run.judge(place, demanded)
        if node is not None and isinstance(node, ProfileNode) and node.type == value.get("resourceType"):
            self.run.judgement(place, node).is_due = True

    def judge_too(self, value: Any, path: str, rule: Rule, canonical: str) -> None:
        """Judge what is at a path by one more profile, once."""
        node = self.run.profiles.get(canonical)
        if node is None:
            self.not_checked(rule, path, canonical)
        elif self.is_first(path, node):
            node.walk(value, path, self)

    def enter_one_of(self, value: Any, path: str, rule: Rule, forms: Mapping[str, tuple[str, ...]]) -> None:
        """Judge a resource that is within this one, and is of one of some types: by one of the profiles of it."""
        of_type = value.get("resourceType") if type(value) is dict else None
        profiles = forms.get(of_type, ()) if type(of_type) is str else ()
        self.enter(value, path, profiles if len(profiles) == 1 else ())
        if not profiles and type(value) is dict:
            self.report(rule.broken(catalogue.TYPE, path, found=shown_type(of_type), allowed=", ".join(forms)))
        elif len(profiles) > 1:
            broken = lambda: rule.broken(catalogue.TYPE_PROFILES, path, allowed=", ".join(profiles))  # noqa: E731
            unknown = self.need(self._place(value, path), profiles, broken)
            if unknown is not None:
                self.not_checked(rule, path, unknown)

    def _place(self, value: dict[str, Any], path: str) -> ResourcePlace:
        """Where a resource is within this one."""
        place = self.run.index.place_of(value)
        if place is None or place.path != path:
            is_contained = ".contained[" in path
            return ResourcePlace(value, path, self.place.full_url, self.place.container if is_contained else value)
        return place

    def resolve(self, reference: Any) -> ResourcePlace | None:
        """Where the resource stands that a reference of this resource leads to, or None."""
        return self.run.index.resolve(reference, self.place) if isinstance(reference, str) else None

    def is_ambiguous(self, reference: str) -> bool:
        """Whether a reference fits several entries of one address."""
        return self.run.index.is_ambiguous(reference, self.place)

    def is_near(self, reference: str) -> bool:
        """Whether a reference names type and id of an entry, even if its address does not fit.

        The bundle has no address of its own that could fit.
        """
        return self.place.resource is not self.run.bundle and self.run.index.is_near(reference)

    def misnamed(self, reference: str) -> ResourcePlace | None:
        """Where the resource stands of which a reference names the UUID, as an id, beside another type."""
        return self.run.index.misnamed(reference)

    def fits(self, resource: Any, canonical: str) -> bool:
        """Whether a resource, or another value, has no error by a profile."""
        node = self.run.profiles.get(canonical)
        if node is None or type(resource) is not dict:
            return False
        place = self.run.index.place_of(resource)
        place = place or ResourcePlace(resource, self.place.path, self.place.full_url, self.place.container)
        return not self.run.fails(self.run.judgement(place, node))

    def need(self, place: ResourcePlace, profiles: Iterable[str], broken: Callable[[], Issue]) -> str | None:
        """Demand that a resource fit one of some profiles, if all are known; else the first that is not."""
        nodes = []
        for canonical in profiles:
            node = self.run.profiles.get(canonical)
            if node is None:
                return canonical
            nodes.append(node)
        self.judgement.needs.append(Need(broken, tuple([self.run.judgement(place, node) for node in nodes])))
        return None

    def not_checked(self, rule: Rule, path: str, wanted: str) -> None:
        """Say that a profile has not judged what is at a path."""
        self.report(self.run.not_checked(rule, path, wanted))

    def conformance(self, holds: Callable[[], bool | None], issue: Issue) -> None:
        """Ask what rests on conformance once all the rest is judged: a rule broken by that alone only follows."""

        def question() -> None:
            is_kept, failed = self.run.asked(holds)
            if is_kept is False:
                self.judgement.needs.extend(Need(lambda: issue, (judgement,)) for judgement in failed)
            if is_kept is False and not failed:
                self.report(issue)

        self.run.postpone(question)

    def extension(self, value: Any, path: str, bearer: ExtensionBearer, judged: frozenset[str]) -> None:
        """Judge an extension by the definition of its URL, where this is known and has not judged it yet."""
        url = value.get("url") if type(value) is dict else None
        if type(url) is not str:
            return
        definition = self.run.profiles.definition(url)
        if definition is None or definition.get("type") != "Extension":
            if is_absolute(url):  # a part of another extension is judged with that
                self.report(self._unknown_extension(url, path, bearer))
            return
        node = self.run.profiles.get(url) if url not in judged else None
        rule, definition_url = Rule(definition["url"], "Extension"), definition["url"]
        fits = is_in_context(definition, bearer, path, self.place.path, self.env)
        if fits and "contextInvariant" in definition:
            fits = keeps_invariants(definition, value, path, self.place.path, self.env)
        if fits is not True:
            kind = catalogue.EXTENSION_CONTEXT if fits is False else catalogue.CONTEXT_NOT_CHECKED
            self.report(rule.broken(kind, path, url=definition_url))
        if bearer.is_modifier is not _modifies(definition):
            kind = catalogue.NO_MODIFIER if bearer.is_modifier else catalogue.MODIFIER
            self.report(rule.broken(kind, path, url=definition_url))
        if node is not None and self.is_first(path, node):
            node.walk(value, path, self)

    def _unknown_extension(self, url: str, path: str, bearer: ExtensionBearer) -> Issue:
        """What to say of an extension that is not known; more where its publisher's package is not available whole."""
        if not bearer.is_modifier and self.run.profiles.definitions.lacking(url) is not None:
            return self.run.not_checked(bearer.rule, path, url, is_claimed=True)
        kind = catalogue.MODIFIER_UNKNOWN if bearer.is_modifier else catalogue.EXTENSION_NOT_CHECKED
        return bearer.rule.broken(kind, path, url=self.run.profiles.shown(url))


def _modifies(definition: Definition) -> bool:
    """Whether an extension changes the meaning of the element that it is in."""
    for view in ("differential", "snapshot"):
        for element in (definition.get(view) or {}).get("element") or ():
            if element.get("path") == "Extension" and "isModifier" in element:
                return element["isModifier"] is True
    return False


def _is_of_r4(node: ProfileNode) -> bool:
    """Whether a node judges by a type of R4 alone."""
    return all(map(is_base, node.profiles))


def _named_type(canonical: str) -> str:
    """The type of resource that a canonical URL of R4 itself names, even if it is not available; or nothing."""
    name = canonical.partition("|")[0].removeprefix(R4)
    return name if name in RESOURCE_TYPES else ""

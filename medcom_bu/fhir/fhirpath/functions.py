"""The functions of the subset, each a builder of closures. Source: FHIRPath 2.0.0 section 5, R4 fhirpath.html."""

from __future__ import annotations

from collections.abc import Callable

from medcom_bu.fhir.fhirpath import collecting, conversions, kinds, nodes, reckoning, texts
from medcom_bu.fhir.fhirpath.code import (
    Code,
    Listed,
    Truth,
    base_code,
    compile_node,
    decided,
    keys_of,
    listed,
    remembered,
    truth_of,
    uses,
)
from medcom_bu.fhir.fhirpath.collecting import numbered
from medcom_bu.fhir.fhirpath.environment import Env, Steps
from medcom_bu.fhir.fhirpath.faults import EvaluationError, UnsupportedExpression
from medcom_bu.fhir.fhirpath.function import (
    AT_ONCE,
    Function,
    Values,
    argument,
    asking,
    constant_text,
    counted,
    counted_number,
    criterion,
    is_nothing,
    on_items,
    on_values,
    text_argument,
    word,
)
from medcom_bu.fhir.fhirpath.narrative import JudgedNarrative, judged_once
from medcom_bu.fhir.fhirpath.nodes import Items, PathItem
from medcom_bu.fhir.fhirpath.parser import Call, Literal, Member
from medcom_bu.fhir.fhirpath.patterns import regular_expression

MAX_SEARCHED = 10_000
"""Characters that a regular expression is asked of; a longer text is an error, no silent answer."""


# --- existence and filters ----------------------------------------------------------------------------------------


def _exists(call: Call) -> Code:
    base = _where(call) if call.arguments else base_code(call.base)
    run = listed(base)
    return Code(lambda this, env: bool(run(this, env)), truth=True, fixed=base.fixed)


def _empty(call: Call) -> Code:
    base = base_code(call.base)
    run = listed(base)
    return Code(lambda this, env: not run(this, env), truth=True, fixed=base.fixed)


def _not(call: Call) -> Code:
    base = base_code(call.base)
    run = decided(base, "not")

    def negated(this: Items, env: Env) -> Truth:
        truth = run(this, env)
        return None if truth is None else not truth

    return Code(negated, truth=True, fixed=base.fixed)


def _where(call: Call) -> Code:
    base, asked = base_code(call.base), criterion(call)
    run = listed(base)
    if uses(call.arguments[0], "$index"):
        each = numbered(asked)
        return Code(lambda this, env: [item for item, truth in each(run(this, env), env) if truth])

    def chosen(this: Items, env: Env) -> Items:
        items = run(this, env)
        env.steps.take(len(items))
        return [item for item in items if asked([item], env)]

    return Code(chosen, fixed=base.fixed)


def _all(call: Call) -> Code:
    base, asked = base_code(call.base), criterion(call)
    run = listed(base)
    if uses(call.arguments[0], "$index"):
        each = numbered(asked)
        return Code(lambda this, env: all(truth for _, truth in each(run(this, env), env)), truth=True)

    def every(this: Items, env: Env) -> bool:
        items = run(this, env)
        env.steps.take(len(items))
        return all(asked([item], env) for item in items)

    return Code(every, truth=True, fixed=base.fixed)


def _select(call: Call) -> Code:
    base, each = base_code(call.base), listed(argument(call.arguments[0]))
    run = listed(base)
    if uses(call.arguments[0], "$index"):
        numbers = numbered(each)
        return Code(lambda this, env: [part for _, found in numbers(run(this, env), env) for part in found])

    def selected(this: Items, env: Env) -> Items:
        parts: Items = []
        for item in run(this, env):
            found = each([item], env)
            env.steps.take(1 + len(found))
            parts += found
        return parts

    return Code(selected, fixed=base.fixed)


def _iif(call: Call) -> Code:
    base, asked = base_code(call.base), criterion(call)
    run = listed(base)
    branches = [listed(argument(node)) for node in call.arguments[1:]]
    then, otherwise = branches if len(branches) == 2 else (branches[0], _none)

    def chosen(this: Items, env: Env) -> Items:
        focus = run(this, env)
        if len(focus) > 1:
            raise EvaluationError("iif", "many items")
        return then(focus, env) if asked(focus, env) else otherwise(focus, env)

    return Code(chosen, fixed=base.fixed)


def _below(children: Callable[[Items, Steps], Items]) -> Function:
    def build(call: Call) -> Code:
        base = base_code(call.base)
        run = listed(base)
        return Code(lambda this, env: children(run(this, env), env.steps), fixed=base.fixed)

    return Function(build)


def _is_distinct(items: Items) -> bool:
    return len(items) < 2 or len(set(map(nodes.key, items))) == len(items)


def _none(_this: Items, _env: Env) -> Items:
    return []


def _every(expected: bool) -> Callable[[Items], bool]:
    return lambda items: all(truth_of([item], "allTrue") is expected for item in items)


def _intersect(call: Call) -> Code:
    base, other = base_code(call.base), argument(call.arguments[0])
    run, keys = counted(listed(remembered(base))), keys_of(other)

    def shared(this: Items, env: Env) -> Items:
        other_keys = keys(this, env)
        return nodes.distinct([item for item in run(this, env) if nodes.key(item) in other_keys])

    return Code(shared, fixed=base.fixed and other.fixed)


def _trace(call: Call) -> Code:
    """Gives what it is asked of. Nothing is written: the items may be a person's."""
    for node in call.arguments:
        argument(node)
    return base_code(call.base)


# --- texts ----------------------------------------------------------------------------------------------------------


def _has_value(items: Items) -> bool:
    return len(items) == 1 and bool(nodes.text(items[0]))


# --- texts --------------------------------------------------------------------------------------------------------


def _on_text(ask: Callable[[str, str], bool], many: Callable[[Items], Items]) -> Function:
    """A question about a text and the constant text that is the argument; none where there is no text.

    ``many`` says which of many items the engine asks, if any.
    """

    def build(call: Call) -> Code:
        base, wanted = base_code(call.base), constant_text(call)
        if wanted is None:
            return _on_computed_text(call, ask)
        run = listed(base)

        def asked(this: Items, env: Env) -> Truth:
            items = run(this, env)
            if len(items) != 1:
                items = many(items)
                if not items:
                    return None
            value = nodes.words(items[0])
            if not wanted:
                return True
            if value is None:
                return nodes.without_text(items[0])
            env.steps.take(len(value) // AT_ONCE)
            return ask(value, wanted)

        return Code(asked, truth=True, fixed=base.fixed)

    return Function(build, 1, 1)


def _on_computed_text(call: Call, ask: Callable[[str, str], bool]) -> Code:
    """The same with a text that is computed; none where there is none."""
    base, other = base_code(call.base), argument(call.arguments[0])
    run, computed, name = listed(base), listed(other), call.name

    def asked(this: Items, env: Env) -> Truth:
        value, wanted = word(run(this, env), name), word(computed(this, env), name)
        if value is None or wanted is None:
            return None
        env.steps.take(len(value) // AT_ONCE)
        return ask(value, wanted)

    return Code(asked, truth=True, fixed=base.fixed and other.fixed)


def _no_text(items: Items) -> Items:
    return [""] if items and nodes.words(items[0]) is not None else []


def _matches(call: Call) -> Code:
    """Whether a text holds what the regular expression describes: a search, anchored by ``^`` and ``$`` alone."""
    if is_nothing(call.arguments[0]):
        return Code(lambda _, __: None, truth=True, fixed=True)
    base, pattern = base_code(call.base), regular_expression(text_argument(call))
    run = listed(base)

    def found(this: Items, env: Env) -> Truth:
        items = run(this, env)
        if len(items) != 1:
            return False if items else None
        value = nodes.words(items[0])
        if value is None:
            return nodes.without_text(items[0])
        if len(value) > MAX_SEARCHED:
            raise EvaluationError("matches", f"a text of more than {MAX_SEARCHED} characters")
        return pattern.finds(value, env.steps)

    return Code(found, truth=True, fixed=base.fixed)


def _substring(call: Call) -> Code:
    bounds = [node.value for node in call.arguments if type(node) is Literal and type(node.value) is int]
    if len(bounds) != len(call.arguments):
        return on_values(_computed_part, 1, 2).build(call)
    base = base_code(call.base)
    run, start, end = listed(base), bounds[0], bounds[0] + bounds[1] if len(bounds) == 2 else None

    def part(this: Items, env: Env) -> Items:
        items = run(this, env)
        value = nodes.words(items[0]) if len(items) == 1 else None
        piece = value[start:end] if value else ""
        env.steps.take(len(piece) // AT_ONCE)
        return [piece] if piece else []

    return Code(part, fixed=base.fixed)


def _computed_part(items: Items, values: Values, env: Env) -> Items:
    text = word(items, "substring")
    start, *rest = [counted_number(value, "substring") for value in values]
    if text is None or start is None or not 0 <= start < len(text) or (rest and rest[0] is None):
        return []
    end = start + max(rest[0] or 0, 0) if rest else len(text)
    env.steps.take((end - start) // AT_ONCE)
    return [text[start:end]]


# --- FHIR's own ---------------------------------------------------------------------------------------------------


def _extension(call: Call) -> Code:
    """The extensions of a url, which is the same for all items: a constant, or a variable that stands for one."""
    url = compile_node(call.arguments[0]).constant
    if type(url) is not str:
        raise UnsupportedExpression("extension() of a computed text")
    where = compile_node(Member(call.base, "extension", 1))
    run = listed(where)
    return Code(
        lambda this, env: [part for part in run(this, env) if type(part) is dict and part.get("url") == url],
        fixed=where.fixed,
    )


def _resolve(call: Call) -> Code:
    """The resources that references name. ``x.reference.resolve()`` is asked of x, which tells where it stands."""
    holder = call.base
    if type(holder) is Member and holder.name == "reference" and holder.base is not None:
        holder = holder.base
    base = base_code(holder)
    run = listed(base)

    def resolved(this: Items, env: Env) -> Items:
        targets: Items = []
        for item in run(this, env):
            value = nodes.bare(item)
            reference, node = (value.get("reference"), value) if type(value) is dict else (value, env.resource)
            if type(reference) is str:
                target = env.resolve(reference, node)
                if target is not None:
                    targets.append(target)
        return targets

    return Code(resolved, fixed=base.fixed)


def _ask_env(ask: Callable[[Env, PathItem, str], Truth], many: Truth) -> Function:
    """A question to the Env about one item and a canonical URL; ``many`` answers for none and for many items."""

    def build(call: Call) -> Code:
        base, url = base_code(call.base), text_argument(call)
        run = listed(base)

        def asked(this: Items, env: Env) -> Truth:
            items = run(this, env)
            return ask(env, items[0], url) if len(items) == 1 else many

        return Code(asked, truth=True)

    return Function(build, 1, 1)


def _on_narrative(says: Callable[[JudgedNarrative], bool]) -> Function:
    def build(call: Call) -> Code:
        run: Listed = listed(base_code(call.base))

        def checked(this: Items, env: Env) -> bool:
            items = run(this, env)
            text = nodes.text(items[0]) if len(items) == 1 else None
            env.steps.take(len(text or "") // AT_ONCE)
            return text is not None and says(judged_once(env, text))

        return Code(checked, truth=True)

    return Function(build)


_FUNCTIONS: dict[str, Function] = {
    "exists": Function(_exists, 0, 1),
    "empty": Function(_empty),
    "not": Function(_not),
    "where": Function(_where, 1, 1),
    "all": Function(_all, 1, 1),
    "select": Function(_select, 1, 1),
    "iif": Function(_iif, 2, 3),
    "allTrue": asking(_every(True)),
    "allFalse": asking(_every(False)),
    "count": on_items(lambda items: [len(items)]),
    "first": on_items(lambda items: items[:1]),
    "last": on_items(lambda items: items[-1:]),
    "tail": on_items(lambda items: items[1:]),
    "distinct": on_items(nodes.distinct, looks_within=True),
    "isDistinct": asking(_is_distinct, looks_within=True),
    "intersect": Function(_intersect, 1, 1),
    "children": _below(nodes.all_children),
    "descendants": _below(nodes.descendants),
    "trace": Function(_trace, 1, 2),
    "hasValue": asking(_has_value),
    "startsWith": _on_text(str.startswith, lambda items: items[:1]),
    "endsWith": _on_text(str.endswith, _no_text),
    "contains": _on_text(lambda value, wanted: wanted in value, lambda _: []),
    "matches": Function(_matches, 1, 1),
    "substring": Function(_substring, 1, 2),
    "extension": Function(_extension, 1, 1),
    "resolve": Function(_resolve),
    "conformsTo": _ask_env(lambda env, item, url: env.conforms_to(item, url), False),
    "memberOf": _ask_env(lambda env, item, url: env.member_of(item, url), None),
    "htmlChecks": _on_narrative(lambda judged: judged.is_allowed),
    "htmlChecks2": _on_narrative(lambda judged: judged.has_content),
    **kinds.FUNCTIONS,
    **collecting.FUNCTIONS,
    **texts.FUNCTIONS,
    **reckoning.FUNCTIONS,
    **conversions.FUNCTIONS,
}
"""Name -> how it is compiled. ``htmlChecks2`` is how HL7's validator asks for txt-2."""


def compile_call(call: Call) -> Code:
    """A function on what comes before it. Raises UnsupportedExpression for one that the subset lacks."""
    function = _FUNCTIONS.get(call.name)
    if function is None or not function.least <= len(call.arguments) <= function.most:
        raise UnsupportedExpression(f"{call.name}()")
    return function.build(call)

"""The closed expression language of custom formulas: parsed to a tree, checked, and written over exact quantities.

Numbers, names of figures, + - * /, comparisons, and the functions of FUNCTIONS. Nothing else parses, nothing is ever
evaluated as code, and every quotient is brought to the plan's working places at once (half up).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaoping.core.algebra import Condition, Program, Quantity, choose, first_known

MAX_LENGTH = 2_000  # characters of one formula
MAX_DEPTH = 25  # nesting of one formula
MAX_STEPS = 400  # operations of one formula
MAX_NUMBER = 30  # characters of one number


class FormulaError(Exception):
    """A formula that cannot be used: code and the figures of its sentence."""

    def __init__(self, code: str, **figures: object) -> None:
        self.code, self.figures = code, figures
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A figure: a slot of the indicator, or a data element."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function on sub-expressions."""

    op: str
    args: tuple[Tree, ...]


Tree = Number | Name | Apply

#: the parser's names for the operators of the language
ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}
COMPARISONS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">=", "EQ": "="}
LOGIC = {"And": "and", "Or": "or"}
#: name in a formula -> (operation, least and most number of arguments)
FUNCTIONS: dict[str, tuple[str, int, int]] = {
    "min": ("min", 2, 20), "least": ("min", 2, 20), "较小值": ("min", 2, 20),
    "max": ("max", 2, 20), "greatest": ("max", 2, 20), "较大值": ("max", 2, 20),
    "abs": ("abs", 1, 1), "绝对值": ("abs", 1, 1),
    "round": ("round", 2, 2), "四舍五入": ("round", 2, 2),
    "if": ("if", 3, 3), "如果": ("if", 3, 3),
    "ln": ("ln", 1, 1), "exp": ("exp", 1, 1), "sqrt": ("sqrt", 1, 1), "开方": ("sqrt", 1, 1),
    "known": ("known", 2, 2), "缺失时": ("known", 2, 2),
}  # fmt: skip
BOOLEAN = {"<", "<=", ">", ">=", "=", "and", "or", "not"}
_NAME = re.compile(r"[^\W\d]\w*", re.UNICODE)
_SIGNS = str.maketrans({"×": "*", "÷": "/", "≤": "<=", "≥": ">=", "\u2212": "-"})  # fmt: skip


def parse(text: str) -> Tree:
    """The tree of a formula.

    Full-width signs, × and ÷ are read as what they mean. Refuses (FormulaError) what is too long or too deep, what
    does not parse, any construct outside the language, wrong numbers of arguments, and a truth where a number belongs.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    if len(folded) > MAX_LENGTH:
        raise FormulaError("formula.too_long", length=len(folded), limit=MAX_LENGTH)
    depth = deepest = 0
    for character in folded:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise FormulaError("formula.too_deep", limit=MAX_DEPTH)
    if re.search(r"[;{}\[\]'\"`\\@#$:?|&~^]|--|/\*|//", folded):
        raise FormulaError("formula.sign", text=text)
    # to the parser min and max are aggregates; here they are the smaller and the larger of their arguments
    folded = re.sub(
        r"\b(min|max)(?=\s*\()", lambda m: {"min": "least", "max": "greatest"}[m[1].lower()], folded, flags=re.I
    )
    # the parser is read in here: it takes a fifth of a second, and most plans have no formula
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    try:
        parsed = parse_one(folded, dialect="duckdb")
    except (SqlglotError, RecursionError, ValueError) as error:
        raise FormulaError("formula.syntax", text=text) from error
    counter = [0]
    tree = _checked(parsed, counter, 0)
    if _is_truth(tree):
        raise FormulaError("formula.truth", text=text)
    return tree


def _checked(node: Any, counter: list[int], depth: int) -> Tree:
    """Our own tree of a node of the parser's; what is not in the language is refused."""
    counter[0] += 1
    if counter[0] > MAX_STEPS or depth > MAX_DEPTH * 2:
        raise FormulaError("formula.too_deep", limit=MAX_STEPS)
    kind = type(node).__name__
    if kind == "Paren":
        return _checked(node.this, counter, depth + 1)
    if kind == "Literal" and not node.is_string:
        return _literal(node.this)
    if kind == "Column" and not node.args.get("table"):
        if not _NAME.fullmatch(node.name):
            raise FormulaError("formula.name", name=node.name)
        return Name(node.name)
    if kind == "Neg":
        return Apply("neg", (_number(node.this, counter, depth),))
    if kind == "Not":
        return Apply("not", (_truth(node.this, counter, depth),))
    if kind in LOGIC:
        return Apply(LOGIC[kind], (_truth(node.this, counter, depth), _truth(node.expression, counter, depth)))
    if op := ARITHMETIC.get(kind) or COMPARISONS.get(kind):
        return Apply(op, (_number(node.this, counter, depth), _number(node.expression, counter, depth)))
    return _function(node, counter, depth)


def _literal(text: str) -> Number:
    if len(text) > MAX_NUMBER or not re.fullmatch(r"\d+\.?\d*|\.\d+", text):
        raise FormulaError("formula.number", text=text[:MAX_NUMBER])
    return Number(Decimal(text))


def _function(node: Any, counter: list[int], depth: int) -> Tree:
    name, arguments = _call(node)
    if name not in FUNCTIONS:
        raise FormulaError("formula.construct", text=node.sql("duckdb") if node is not None else "")
    op, least, most = FUNCTIONS[name]
    if not least <= len(arguments) <= most:
        raise FormulaError("formula.arguments", name=name, count=len(arguments))
    if op == "if":
        first = _truth(arguments[0], counter, depth)
        return Apply(op, (first, *(_number(a, counter, depth) for a in arguments[1:])))
    args = tuple(_number(a, counter, depth) for a in arguments)
    if op == "round" and not (isinstance(args[1], Number) and args[1].value in range(0, 13)):
        raise FormulaError("formula.places")
    return Apply(op, args)


def _call(node: Any) -> tuple[str, list[Any]]:
    """Function name and arguments, whatever class the parser chose for it."""
    kind = type(node).__name__
    if kind == "Anonymous":
        return str(node.this).lower(), list(node.expressions)
    if kind in ("Least", "Greatest"):
        return ("min" if kind == "Least" else "max"), [node.this, *node.expressions]
    if kind == "If":
        return "if", [a for a in (node.this, node.args.get("true"), node.args.get("false")) if a is not None]
    if kind == "Round":
        given = (node.this, node.args.get("decimals"), node.args.get("truncate"))
        return "round", [a for a in given if a is not None]
    if kind in ("Abs", "Ln", "Exp", "Sqrt"):
        return kind.lower(), [node.this]
    return "", []


def _is_truth(tree: Tree) -> bool:
    return isinstance(tree, Apply) and tree.op in BOOLEAN


def _number(node: Any, counter: list[int], depth: int) -> Tree:
    tree = _checked(node, counter, depth + 1)
    if _is_truth(tree):
        raise FormulaError("formula.truth", text=node.sql("duckdb"))
    return tree


def _truth(node: Any, counter: list[int], depth: int) -> Tree:
    tree = _checked(node, counter, depth + 1)
    if not _is_truth(tree):
        raise FormulaError("formula.condition", text=node.sql("duckdb"))
    return tree


def names(tree: Tree) -> set[str]:
    """The figures a formula reads."""
    match tree:
        case Name(name):
            return {name}
        case Apply(_, args):
            return set().union(*(names(a) for a in args))
    return set()


def quantity(tree: Tree, figures: Mapping[str, Quantity], program: Program) -> Quantity:
    """The formula over exact quantities; missing where an operand is missing or a divisor is zero."""
    match tree:
        case Number(value):
            return program.constant(value)
        case Name(name):
            return figures[name]
        case Apply("if", (condition, yes, no)):
            test = _condition(condition, figures, program)
            a, b = (program.let(quantity(t, figures, program)) for t in (yes, no))
            # an unknown condition makes the value unknown: neither branch may be taken by default
            return choose([(test, a), (~test, b)], program.missing)
        case Apply(op, args):
            values = [quantity(a, figures, program) for a in args]
            return _applied(op, values, args, program)
    raise TypeError(tree)


def _applied(op: str, values: list[Quantity], args: tuple[Tree, ...], program: Program) -> Quantity:
    match op, values:
        case "neg", [a]:
            return -a
        case "abs", [a]:
            return abs(program.let(a))
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "/", [a, b]:
            return program.let((a / b).rounded(program.places))
        case "round", [a, _]:
            places = args[1]
            assert isinstance(places, Number)
            return program.let(a.rounded(int(places.value)))
        case "known", [a, b]:
            return first_known(program.let(a), b)
        case (("ln" | "exp" | "sqrt"), [a]):
            return program.call(op, a)
        case (("min" | "max"), [first, *rest]):
            best = program.let(first)
            for value in rest:
                other = program.let(value)
                best = program.let(best.at_most(other) if op == "min" else best.at_least(other))
            return best
    raise TypeError(op)


def _condition(tree: Tree, figures: Mapping[str, Quantity], program: Program) -> Condition:
    assert isinstance(tree, Apply)
    if tree.op == "not":
        return ~_condition(tree.args[0], figures, program)
    if tree.op in ("and", "or"):
        a, b = (_condition(t, figures, program) for t in tree.args)
        return a & b if tree.op == "and" else a | b
    left, right = (program.let(quantity(t, figures, program)) for t in tree.args)
    match tree.op:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
    return left.equals(right)

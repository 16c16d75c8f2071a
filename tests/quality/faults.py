"""The small faults that fit a place of the code: what it could have said instead, and some test should notice."""

import ast
import re
from typing import Any

from tests.quality.spots import Spot

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
OPPOSITES = {"any": "all", "all": "any", "min": "max", "max": "min", "floor": "ceil", "ceil": "floor"}
QUERIES = {"filter", "exclude", "get", "update", "Q"}  # a condition or a value may be missing here without an error
NEEDED_DECORATORS = re.compile(
    r"property|staticmethod|classmethod|cache|lru_cache|contextmanager|overload|abstractmethod|wraps|dataclass|setter"
)
CODE = re.compile(r"(?=.*[a-z])[a-z0-9_.:%-]+")  # a key or a code; anything with a blank or a capital is for people


def replacements_of(spot: Spot) -> list[ast.AST]:
    """The faults that fit a place; none for most."""
    node: Any = spot.node
    match node:
        case ast.Compare():
            return _comparisons(node)
        case ast.BoolOp():
            return _conditions(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return [node.operand]
        case ast.BinOp(op=ast.BitOr()) if spot.outermost is None:  # the union of types, as good as always
            return []
        case ast.BinOp() if type(node.op) in ARITHMETIC and not _holds_text(node.left):
            return [ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)]
        case ast.Constant():
            return _constants(node)
        case ast.Name(id=name, ctx=ast.Load()) if name in OPPOSITES and _is_called(spot):
            return [ast.Name(OPPOSITES[name], ast.Load())]
        case ast.Attribute(attr=name) if name in OPPOSITES and _is_called(spot):
            return [ast.Attribute(node.value, OPPOSITES[name], node.ctx)]
        case ast.IfExp():
            return [ast.IfExp(node.test, node.orelse, node.body)]
        case ast.Set() | ast.List(ctx=ast.Load()) | ast.Dict():
            return _without_each(node)
        case ast.Tuple() if spot.field in ("iter", "comparators"):
            return _without_each(node)
        case ast.Call():
            return _without_conditions(node)
    return _statements(node)


def _statements(node: Any) -> list[ast.AST]:
    match node:
        case ast.If():
            return [ast.If(ast.Constant(value), node.body, node.orelse) for value in (True, False)]
        case ast.While():
            return [ast.While(ast.Constant(False), node.body, node.orelse)]
        case ast.For():
            return [ast.For(node.target, ast.Tuple([], ast.Load()), node.body, node.orelse)]
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            return [ast.Return(ast.Constant(None))]
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
            return [ast.Pass()]
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            return [ast.Pass()]
        case ast.Continue():
            return [ast.Break()]
        case ast.Break():
            return [ast.Continue()]
        case ast.FunctionDef():
            return _undecorated(node)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return _unfiltered(node)
    return []


def _comparisons(node: ast.Compare) -> list[ast.AST]:
    return [
        ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)
        for at, operator in enumerate(node.ops)
        for other in COMPARISONS[type(operator)]
    ]


def _conditions(node: ast.BoolOp) -> list[ast.AST]:
    """`and` for `or`, and the same without each of its conditions."""
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    fewer = [[*node.values[:at], *node.values[at + 1 :]] for at in range(len(node.values))]
    return [ast.BoolOp(other, node.values)] + [ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0] for rest in fewer]


def _constants(node: ast.Constant) -> list[ast.AST]:
    match node.value:
        case bool():
            return [ast.Constant(not node.value)]
        case int() | float():
            return [ast.Constant(node.value + 1)]
        case str() if CODE.fullmatch(node.value):
            return [ast.Constant("")]
    return []


def _without_each(node: Any) -> list[ast.AST]:
    """A collection without each of its members."""
    if isinstance(node, ast.Dict):
        return [
            ast.Dict([*node.keys[:at], *node.keys[at + 1 :]], [*node.values[:at], *node.values[at + 1 :]])
            for at in range(len(node.keys))
        ]
    rests = [[*node.elts[:at], *node.elts[at + 1 :]] for at in range(len(node.elts))]
    if isinstance(node, ast.Set):
        empty = ast.Call(ast.Name("set", ast.Load()), [], [])
        return [ast.Set(rest) if rest else empty for rest in rests]
    return [type(node)(rest, node.ctx) for rest in rests]


def _without_conditions(node: ast.Call) -> list[ast.AST]:
    """A query without each of its conditions."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in QUERIES:
        return []
    return [
        ast.Call(node.func, node.args, [*node.keywords[:at], *node.keywords[at + 1 :]])
        for at, keyword in enumerate(node.keywords)
        if keyword.arg
    ]


def _undecorated(node: ast.FunctionDef) -> list[ast.AST]:
    """A function without each decorator that it could do without."""
    changed: list[ast.AST] = []
    for at, decorator in enumerate(node.decorator_list):
        if not NEEDED_DECORATORS.search(ast.unparse(decorator)):
            rest = [*node.decorator_list[:at], *node.decorator_list[at + 1 :]]
            changed.append(ast.FunctionDef(**{**dict(ast.iter_fields(node)), "decorator_list": rest}))
    return changed


def _unfiltered(node: Any) -> list[ast.AST]:
    """A comprehension without each of its conditions."""
    changed: list[ast.AST] = []
    for at, part in enumerate(node.generators):
        for place in range(len(part.ifs)):
            fewer = ast.comprehension(part.target, part.iter, [*part.ifs[:place], *part.ifs[place + 1 :]], part.is_async)
            generators = [*node.generators[:at], fewer, *node.generators[at + 1 :]]
            changed.append(type(node)(**{**dict(ast.iter_fields(node)), "generators": generators}))
    return changed


def _holds_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_called(spot: Spot) -> bool:
    return isinstance(spot.parent, ast.Call) and spot.field == "func"

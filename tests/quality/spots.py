"""The places of a module where a fault may be put.

What is never touched, because no test should pin it: words that people read (sentences, labels, the text of an error),
annotations, documentation, logging, and the worked examples that stand beside a rule.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

EXAMPLES = {"Example", "grid", "facts", "comparison"}  # a rule's worked examples stand beside it, and are tests themselves


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a syntax tree: the node, where it hangs, the function around it, and the statement it belongs to."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    function: str
    statement: ast.AST
    outermost: ast.FunctionDef | None
    outermost_name: str


def spots_of(tree: ast.Module) -> Iterator[Spot]:
    """Every place of a module where a fault may be put."""
    examples = _example_definitions(tree)
    for spot in _below(tree, function="", statement=tree, outermost=None, outermost_name=""):
        if spot.statement not in examples and spot.outermost not in examples:
            yield spot


def _example_definitions(tree: ast.Module) -> set[ast.AST]:
    """The module's own names that its worked examples alone refer to, directly or through one another."""
    definitions = {name: node for node in tree.body for name in _defined_by(node)}
    wanted = {name for node in ast.walk(tree) if _is_example(node) for name in _names_in(node)} & definitions.keys()
    while more := {name for each in wanted for name in _names_in(definitions[each])} & definitions.keys() - wanted:
        wanted |= more
    while used := wanted & {
        name
        for node in tree.body
        if not wanted.intersection(_defined_by(node))
        for name in _names_in(node, besides_examples=True)
    }:
        wanted -= used
    return {definitions[name] for name in wanted}


def _defined_by(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    return [each.id for each in getattr(node, "targets", []) if isinstance(each, ast.Name)]


def _is_example(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Example"


def _names_in(node: ast.AST, *, besides_examples: bool = False) -> Iterator[str]:
    if besides_examples and _is_example(node):
        return
    if isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _names_in(child, besides_examples=besides_examples)


def _below(
    parent: ast.AST, *, function: str, statement: ast.AST, outermost: ast.FunctionDef | None, outermost_name: str
) -> Iterator[Spot]:
    for field, value in ast.iter_fields(parent):
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _untouched(parent, field, node):
                continue
            inner, own_statement, holder, holder_name = function, statement, outermost, outermost_name
            if isinstance(node, ast.stmt):
                own_statement = node
            if holder is None and isinstance(parent, ast.FunctionDef) and field == "body":
                holder, holder_name = parent, function
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                inner = f"{function}.{node.name}".lstrip(".")
            if hasattr(node, "lineno"):
                yield Spot(node, parent, field, index, inner, own_statement, holder, holder_name)
            yield from _below(node, function=inner, statement=own_statement, outermost=holder, outermost_name=holder_name)


def _untouched(parent: ast.AST, field: str, node: ast.AST) -> bool:
    """What is no behaviour of its own: annotations, documentation, words for people, and what only typing reads."""
    match parent, field, node:
        case _, "annotation" | "returns" | "decorator_list" | "type_params" | "format_spec" | "bases", _:
            return True
        case _, _, ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case _, _, ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logger")))):
            return True
        case _, _, ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case _, _, ast.Subscript(value=ast.Name(id="Callable" | "Literal")):
            return True
        case _, _, ast.Call(func=ast.Name(id=name)) if name in EXAMPLES:
            return True
        case ast.Raise(), _, _:  # that it is raised is tried; its words are not
            return True
        case ast.JoinedStr(), _, ast.Constant():
            return True
        case _, _, ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False

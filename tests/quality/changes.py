"""Mutants: a module with one small fault put into one place, each with a name that lasts."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.quality.faults import replacements_of
from tests.quality.spots import Spot, spots_of

LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in one place. `key` stays the same while the function's text stays the same, wherever the lines move."""

    key: str
    path: Path
    module: str
    line: int
    lines: range
    statement_lines: range
    tree: ast.Module
    spot: Spot
    replacement: ast.AST

    @property
    def outermost(self) -> ast.FunctionDef | None:
        """The function whose body holds the fault: the outermost, where they are nested. None for what runs at import."""
        return self.spot.outermost

    @property
    def outermost_name(self) -> str:
        """Its name with its class."""
        return self.spot.outermost_name

    def compiled(self) -> Any:
        """The module's code with the fault in it. The tree is changed for good: call this in a process of its own."""
        replace(self.spot, self.replacement)
        return compile(ast.fix_missing_locations(self.tree), str(self.path), "exec")


def mutants_of(path: Path, root: Path) -> list[Mutant]:
    """Every mutant of a source file, in the order of the text."""
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    seen: dict[str, int] = {}
    found = []
    for spot in spots_of(tree):
        for replacement in replacements_of(spot):
            ast.copy_location(replacement, spot.node)
            text = f"{module}:{spot.function}: {shown(spot, replacement)}"
            seen[text] = seen.get(text, 0) + 1
            key = text if seen[text] == 1 else f"{text} #{seen[text]}"
            found.append(
                Mutant(
                    key,
                    path,
                    module,
                    spot.node.lineno,  # type: ignore[attr-defined]
                    lines_of(spot.node),
                    lines_of(spot.statement),
                    tree,
                    spot,
                    replacement,
                )
            )
    return found


def lines_of(node: Any) -> range:
    """The lines of a node; of a statement with a body, the lines of its head alone."""
    last = node.end_lineno
    if getattr(node, "body", None) and isinstance(node.body, list):
        last = max(node.lineno, node.body[0].lineno - 1)
    return range(node.lineno, last + 1)


def replace(spot: Spot, by: ast.AST) -> Any:
    """Hang another node into the place; returns what hung there."""
    if spot.index is None:
        before = getattr(spot.parent, spot.field)
        setattr(spot.parent, spot.field, by)
    else:
        before = getattr(spot.parent, spot.field)[spot.index]
        getattr(spot.parent, spot.field)[spot.index] = by
    return before


def shown(spot: Spot, replacement: ast.AST) -> str:
    """The change in words of the code: the expression around a small node, else the node itself."""
    if (lost := _lost_member(spot.node, replacement)) is not None:
        return f"without {text_of(lost)}"
    around = spot.parent if isinstance(spot.parent, (ast.expr, ast.keyword)) else spot.node
    before = text_of(around)
    kept = replace(spot, replacement)
    after = text_of(around if around is not spot.node else replacement)
    replace(spot, kept)
    if len(before) > LONGEST_TEXT:
        before, after = text_of(spot.node), text_of(replacement)
    return f"{before} → {after}"


def _lost_member(node: Any, replacement: Any) -> ast.AST | None:
    """What a changed collection lacks, to be named instead of the whole."""
    if not isinstance(node, (ast.Set, ast.List, ast.Dict, ast.Tuple)):
        return None
    members, field = (node.keys, "keys") if isinstance(node, ast.Dict) else (node.elts, "elts")
    left = getattr(replacement, field, [])
    return next((member or ast.Constant("**") for member in members if not any(member is other for other in left)), None)


def text_of(node: ast.AST) -> str:
    """A node on one line; of a function or class its first line with its decorators."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return " ".join([*(f"@{ast.unparse(each)}" for each in node.decorator_list), node.name])
    if isinstance(node, (ast.If, ast.While, ast.For)):
        return ast.unparse(node).splitlines()[0]
    return " ".join(ast.unparse(node).split())[: 2 * LONGEST_TEXT]

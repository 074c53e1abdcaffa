"""The imports that a module's source runs, read without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lib.packaging.errors import PackagingError

# The fields in which a node keeps further statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Import:
    """One import: the module it names, and what may be modules inside of it."""

    module: str
    names: tuple[str, ...]
    line: int


def imports_of(source: bytes, *, package: str, file: str) -> Iterator[Import]:
    """The imports in a module of the package, wherever they stand, but for those of type checkers.

    Names given to importlib at run time cannot be seen here. Raises PackagingError when the source
    is not Python, or a relative import leaves the source root.
    """
    try:
        tree = ast.parse(source, filename=file)
    except (SyntaxError, ValueError) as error:
        raise PackagingError(f"{file} is not valid Python: {error}") from error
    for node in _running(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package, file)
            yield Import(module, tuple(alias.name for alias in node.names), node.lineno)


def _running(module: ast.Module) -> Iterator[ast.AST]:
    """Every statement of the module that can run outside of a type checker."""
    pending: list[ast.AST] = [module]
    while pending:
        node = pending.pop()
        yield node
        blocks = list(_BLOCKS)
        if isinstance(node, ast.If) and _is_type_checking(node.test):
            blocks.remove("body")
        elif isinstance(node, ast.If) and _is_not_type_checking(node.test):
            blocks.remove("orelse")
        # Imports are statements: expressions, most of a tree, need no look.
        for block in blocks:
            pending += getattr(node, block, ())


def _is_type_checking(test: ast.expr) -> bool:
    if isinstance(test, ast.Attribute):
        return test.attr == "TYPE_CHECKING"
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _is_not_type_checking(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.UnaryOp)
        and isinstance(test.op, ast.Not)
        and _is_type_checking(test.operand)
    )


def _absolute(node: ast.ImportFrom, package: str, file: str) -> str:
    if node.level == 0:
        return node.module or ""
    rooms = package.split(".") if package else []
    if node.level > len(rooms):
        raise PackagingError(f"{file}:{node.lineno}: the relative import leaves the source root")
    base = rooms[: len(rooms) - node.level + 1]
    return ".".join([*base, node.module] if node.module else base)

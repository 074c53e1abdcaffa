from textwrap import dedent

import pytest

from lib.packaging.errors import PackagingError
from lib.packaging.imports import imports_of


def modules_of(source: str, package: str = "shop.stock") -> set[str]:
    found = imports_of(dedent(source).encode(), package=package, file="shop/stock/count.py")
    return {each.module for each in found}


@pytest.mark.parametrize(
    ("source", "modules"),
    [
        ("import a, b.c as d", {"a", "b.c"}),
        ("from a.b import c", {"a.b"}),
        ("from a import *", {"a"}),
        ("from . import c", {"shop.stock"}),
        ("from .c import d", {"shop.stock.c"}),
        ("from .. import c", {"shop"}),
        ("from ..c.d import e", {"shop.c.d"}),
        ("x = 'import a'", set()),
    ],
)
def test_every_form_of_import_is_read(source: str, modules: set[str]):
    assert modules_of(source) == modules


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import a",
        "class C:\n    async def f(self):\n        import a",
        "if x:\n    pass\nelif y:\n    import a",
        "if x:\n    pass\nelse:\n    import a",
        "try:\n    import a\nfinally:\n    pass",
        "try:\n    pass\nexcept E:\n    import a",
        "try:\n    pass\nexcept* E:\n    import a",
        "try:\n    pass\nexcept E:\n    pass\nelse:\n    import a",
        "try:\n    pass\nfinally:\n    import a",
        "with x:\n    import a",
        "async def f():\n    async with x:\n        import a",
        "for x in y:\n    import a",
        "while x:\n    pass\nelse:\n    import a",
        "match x:\n    case 1:\n        import a",
        "if not TYPE_CHECKING:\n    import a",
        "if TYPE_CHECKING:\n    import b\nelse:\n    import a",
        "if TYPE_CHECKING:\n    import b\nelif x:\n    import a",
    ],
)
def test_an_import_counts_wherever_it_can_run(source: str):
    assert modules_of(source) == {"a"}


@pytest.mark.parametrize(
    "source",
    [
        "if TYPE_CHECKING:\n    import a",
        "if typing.TYPE_CHECKING:\n    from a import b",
        "def f():\n    if TYPE_CHECKING:\n        import a",
        "if not TYPE_CHECKING:\n    pass\nelse:\n    import a",
    ],
)
def test_an_import_for_type_checkers_does_not_count(source: str):
    assert modules_of(source) == set()


def test_a_relative_import_above_the_root_is_refused():
    with pytest.raises(PackagingError, match=r"shop/stock/count\.py:1: .*leaves the source root"):
        modules_of("from ... import a")


def test_a_file_that_is_not_python_is_named():
    with pytest.raises(PackagingError, match=r"shop/stock/count\.py is not valid Python"):
        modules_of("import")

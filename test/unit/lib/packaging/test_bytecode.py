import os
import subprocess
import sys
import zipfile
from importlib.machinery import SourcelessFileLoader
from pathlib import Path
from types import CodeType

import pytest

from lib.packaging.archive import archive
from lib.packaging.bytecode import COMPILER, RUNTIME, with_bytecode

CACHE = sys.implementation.cache_tag
# Sources whose bytecode tends to differ from one run to the next: sets, names that other modules
# hold too, single letters, the same text again and again.
SOURCES = {
    "shop/__init__.py": b"",
    "shop/till.py": b"""
import sys
WAYS = "cash", "a", ",", "", "cash and more"
def pays(way, also="cash and more"):
    '''Whether it does.'''
    return way in {"cash", "card", "cheque", 7, 2.5, None, (1, "x")} and also
def origin():
    return sys._getframe().f_code.co_filename
class Till:
    def modules(self, *path, **environ):
        return {path: environ for path in path}
""",
}
_BUILD = """
import sys
{before}
from lib.packaging.archive import archive, sha256_base64
from lib.packaging.bytecode import with_bytecode
print(sha256_base64(archive(with_bytecode({sources!r}, "/opt"))))
"""


def unpack(directory: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return directory


def run(code: str, *paths: Path, **environment: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": os.pathsep.join(map(str, paths)), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return finished.stdout.strip()


def code_objects(code: CodeType) -> list[CodeType]:
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return [code, *(deeper for one in inner for deeper in code_objects(one))]


def test_every_module_has_its_source_and_bytecode_of_this_interpreter_beside_it():
    members = with_bytecode({**SOURCES, "shop/price.json": b"{}"}, "/opt")

    assert sorted(members) == [
        "shop/__init__.py",
        f"shop/__pycache__/__init__.{CACHE}.pyc",
        f"shop/__pycache__/till.{CACHE}.pyc",
        "shop/price.json",
        "shop/till.py",
    ]
    assert {name: members[name] for name in SOURCES} == SOURCES


def test_a_module_at_the_top_has_its_bytecode_where_python_looks_for_it():
    assert f"__pycache__/six.{CACHE}.pyc" in with_bytecode({"six.py": b""}, "/opt")


def test_an_import_takes_the_bytecode_without_a_look_at_the_source(tmp_path: Path):
    members = with_bytecode(SOURCES, "/var/task")
    members["shop/till.py"] = b"this is no longer Python"
    there = unpack(tmp_path, members)

    assert run("from shop.till import pays; print(pays('card'))", there) == "cash and more"


@pytest.mark.parametrize("level", ["1", "2"])
def test_an_interpreter_that_does_not_find_its_bytecode_takes_the_source(
    tmp_path: Path, level: str
):
    # One that optimises looks under another name, as one of another version does.
    members = with_bytecode(SOURCES, "/var/task")
    members[f"shop/__pycache__/till.{CACHE}.pyc"] = b"nobody reads this"
    there = unpack(tmp_path, members)
    code = "from shop.till import pays; print(pays('card'))"

    assert run(code, there, PYTHONOPTIMIZE=level) == "cash and more"


def test_code_names_the_file_where_lambda_unpacks_it_and_where_it_was_unpacked(tmp_path: Path):
    members = with_bytecode(SOURCES, "/var/task")
    there = unpack(tmp_path, members)
    bytecode = there / "shop" / "__pycache__" / f"till.{CACHE}.pyc"
    compiled = SourcelessFileLoader("till", str(bytecode)).get_code("till")

    assert {one.co_filename for one in code_objects(compiled)} == {"/var/task/shop/till.py"}
    told = run("from shop.till import origin; print(origin())", there)
    assert told == str(tmp_path / "shop" / "till.py")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import boto3, json, decimal, email.message, xml.dom.minidom",
        # What is interned or held elsewhere is what a compiler comes upon again.
        "held = [sys.intern(one) for one in ('cash', ',', 'a', '', 'cash and more', 'pays')]",
        f"held = [compile(s, '/opt/' + n, 'exec') for n, s in {SOURCES!r}.items()]",
        "import warnings; warnings.simplefilter('error')",
        "sys.dont_write_bytecode = True; sys.pycache_prefix = '/elsewhere'",
    ],
)
def test_the_bytes_depend_on_neither_hash_seed_nor_what_the_interpreter_has_done(before: str):
    root = Path(__file__).parents[4]
    program = _BUILD.format(before=before, sources=SOURCES)
    here = run(_BUILD.format(before="", sources=SOURCES), root, PYTHONHASHSEED="0")

    seeds = [run(program, root, PYTHONHASHSEED=seed) for seed in ("1", "4242")]

    assert seeds == [here, here]


def test_the_bytes_do_not_depend_on_optimisation_switches_of_the_builder():
    root = Path(__file__).parents[4]
    program = _BUILD.format(before="", sources=SOURCES)

    assert run(program, root) == run(program, root, PYTHONOPTIMIZE="2")


def test_a_compilers_warnings_neither_show_nor_leave_a_module_out():
    # The tests make errors of warnings.
    members = with_bytecode({"old.py": b"pattern = '\\d'\nassert pattern is '\\d'"}, "/opt")

    assert f"__pycache__/old.{CACHE}.pyc" in members


def test_what_this_version_cannot_parse_stays_as_source():
    newer = {"newer.py": b"print 'hello'"}

    assert with_bytecode(newer, "/opt") == newer


def test_a_zip_can_still_be_imported_as_it_is(tmp_path: Path):
    path = tmp_path / "shop.zip"
    path.write_bytes(archive(with_bytecode(SOURCES, "/opt")))

    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
    assert run("from shop.till import pays; print(pays('card'))", path) == "cash and more"


def test_the_runtime_and_the_compiler_are_those_of_this_interpreter():
    major, minor, *_ = sys.version_info

    assert f"python{major}.{minor}" == RUNTIME
    assert COMPILER.startswith(f"{CACHE} {major}.{minor}.")

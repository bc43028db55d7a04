"""Odd bytes and bad input: each works, or is told as a ParseError that says where."""

from __future__ import annotations

import ast
import json
import pickle
import subprocess
import sys
from random import Random

import pytest

from lstm_lint.lower import ParseError, lower
from lstm_lint.source import Source


def _texts(data: bytes) -> list[str]:
    """The text of every statement, cut out of the file by its span."""
    source = Source.from_bytes("program.py", data)
    return [source.text[source.offset(*s.span[:2]) : source.offset(*s.span[2:])] for s in lower(source).statements]


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"", []),
        (b"\n", []),
        (b"   ", []),
        (b"# only a comment", []),
        (b"x = f()", ["x = f()"]),
        (b"\xef\xbb\xbfx = f()\n", ["x = f()"]),
        (b"if x:\r\n\tf()\r\n\tg()\r\n", ["if x:\r\n\tf()\r\n\tg()", "f()", "g()"]),
        (b"if x:\r  f()\rg()\r", ["if x:\r  f()", "f()", "g()"]),
        (b"x = f()\r\nif y:\n  g()\rh()\n", ["x = f()", "if y:\n  g()", "g()", "h()"]),
        (b"# c\rf()\r", ["f()"]),
        (b"\x0cx = f()\n\x0c\ndef g():\n \x0c    h()\ny\n", ["x = f()", "def g():\n \x0c    h()", "h()", "y"]),
        (b"if x:\n\x0c\tf()\n", ["if x:\n\x0c\tf()", "f()"]),
        (b"\x0c\r\n\x0cf()\r\x0cg()", ["f()", "g()"]),
        ("x = '\u2028\x85\x1c'\nf()\n".encode(), ["x = '\u2028\x85\x1c'", "f()"]),
        (b"# coding: latin-1\nx = '\xe9'; f()\n", ["x = 'é'", "f()"]),
        ("é = '🐍'; f(é)\n".encode(), ["é = '🐍'", "f(é)"]),
        (b"x = \\\r\n  f()\r\n", ["x = \\\r\n  f()"]),
        (b"if x:\n  f()\n# c\n  # d\n  g()\n   ", ["if x:\n  f()\n# c\n  # d\n  g()", "f()", "g()"]),
        (b"if 1: f(); g();\n", ["if 1: f(); g()", "f()", "g()"]),
        # Tabs and spaces as Python takes them, and libcst does not.
        (
            b"if x:\n  f()\n  if y:\n\t    g()\nh()\n",
            ["if x:\n  f()\n  if y:\n\t    g()", "f()", "if y:\n\t    g()", "g()", "h()"],
        ),
        (
            b"if x:\n  if y:\n\t    g('''\n\t  a''',\n\t1)\n\t    # c\n",
            [
                "if x:\n  if y:\n\t    g('''\n\t  a''',\n\t1)",
                "if y:\n\t    g('''\n\t  a''',\n\t1)",
                "g('''\n\t  a''',\n\t1)",
            ],
        ),
        # A backslash before the first word of a line, and white space that libcst loses.
        (b"\\\nx = f()\n", ["x = f()"]),
        (b"if x:\n    \\\n  f()\n    g()\n", ["if x:\n    \\\n  f()\n    g()", "f()", "g()"]),
        (b"if x:\r\n  f()\r\n\\\r\n  g()\r\n", ["if x:\r\n  f()\r\n\\\r\n  g()", "f()", "g()"]),
        (
            b"try: f()\nexcept (A, B) : g()\nexcept C \\\n\t: h()\n",
            ["try: f()\nexcept (A, B) : g()\nexcept C \\\n\t: h()", "f()", "g()", "h()"],
        ),
    ],
)
def test_odd_bytes(data: bytes, texts: list[str]) -> None:
    assert _texts(data) == texts


def _oddly_indented(random: Random) -> str:
    """Blocks in one another, indented by anything, with backslashes and comments between; Python may refuse it."""
    blanks = ("\t", "    ", "  ", "\t    ", "\t\t", "\t    \t", "    \t", "\t\t    ", " \f  ", "\f    ")
    blocks = [""]
    lines: list[str] = []
    for _ in range(random.randint(2, 8)):
        while len(blocks) > 1 and random.random() < 0.4:
            blocks.pop()
        if random.random() < 0.2:
            lines.append(random.choice(["", "\t", blocks[-1]]) + "\\")
        if random.random() < 0.6:
            lines.append(blocks[-1] + random.choice(["if x :", "for y in (x,\n\t  z): # c", "class A \\\n :"]))
            blocks.append(random.choice([blocks[-1], ""]) + random.choice(blanks))
        lines.append(blocks[-1] + random.choice(["f('''\n\t  # text\n''')", "f() ; g()", "try: f()"]))
        if lines[-1].endswith("try: f()"):
            lines.append(blocks[-1] + "except (A, B) : g()")
        if random.random() < 0.2:
            lines.append(random.choice(["", "\t", "      "]) + random.choice(["", "# c"]))
    return "\n".join(lines).replace("\n", random.choice(["\n", "\r\n", "\r"]))


def test_statements_stand_where_python_has_them_however_they_are_indented() -> None:
    read = 0
    random = Random(1)
    for _ in range(600):
        text = _oddly_indented(random)
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        read += 1
        source = Source.from_bytes("program.py", text.encode())
        facts = lower(source)
        own = [each for each in ast.walk(tree) if isinstance(each, ast.stmt)]
        assert sorted(each.span[:2] for each in facts.statements) == sorted(
            (each.lineno, each.col_offset + 1) for each in own
        ), text
        simple = [each for each in own if not hasattr(each, "body")]
        ends = {each.span[2:] for each in facts.statements}
        assert ends >= {(each.end_lineno, (each.end_col_offset or 0) + 1) for each in simple}, text
        assert all(source.line(each.line)[each.column - 1 :] == each.text for each in facts.comments), text
        assert [each.parent for each in facts.statements].count(-1) == len(tree.body), text
    assert read > 150


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("print 'hello'\n", 1),
        ("x = 1\nexec 'x'\n", 2),
        ("try:\n  a\nexcept E, e, :\n  b c\n", 4),
        ("x = 1\nf(\n", 2),
        ("x = 1\n\ny = $\n", 3),
        ("if x:\n    a\n  b\n", 3),
        ("x = 'abc\n", 1),
        ("x = 1 \\", 1),
        ("\n\nx = 1 1\n", 3),
        ("x = 1\ny = 'a' b'b'\n", 2),
        ("<<<<<<< HEAD\nx = 1\n", 1),
    ],
)
def test_text_that_is_no_python(text: str, line: int) -> None:
    with pytest.raises(ParseError) as caught:
        _texts(text.encode())
    assert caught.value.line == line
    assert caught.value.column >= 1
    assert caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\n(\ny): int = 1\n", 3),
        ("x = rf'{y}\\\n'\n", 1),
    ],
)
def test_python_that_the_parser_does_not_read(text: str, line: int) -> None:
    compile(text, "program.py", "exec")
    with pytest.raises(ParseError, match="valid Python that the parser does not read: ") as caught:
        _texts(text.encode())
    assert caught.value.line == line


def test_a_panic_of_the_native_parser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panic(text: str) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("libcst.parse_module", panic)
    for text in ("x = 1\n", "x = " + "-" * 200 + "1\n"):
        with pytest.raises(ParseError, match="gave up"):
            _texts(text.encode())


_DEEP = {
    "brackets": lambda n: "x = " + "(" * n + "1" + ")" * n,
    "lines of brackets": lambda n: "x = " + "[\n" * n + "]\n" * n,
    "sums": lambda n: "x = " + " + ".join("a" * n),
    "calls": lambda n: "x = a" + ".b()" * n,
    "arguments": lambda n: "x = " + "f(" * n + ")" * n,
    "subscripts": lambda n: "x = " + "a[" * n + "0" + "]" * n,
    "dicts": lambda n: "x = " + "{1: " * n + "1" + "}" * n,
    "signs": lambda n: "x = " + "-" * n + "1",
    "nots": lambda n: "x = " + "not " * n + "1",
    "lambdas": lambda n: "x = " + "lambda: " * n + "1",
    "conditionals": lambda n: "x = " + "1 if a else " * n + "1",
    "strings": lambda n: "x = " + "'a' " * n,
    "f-strings": lambda n: "x = " + "f'{a}' " * n,
    "comparisons": lambda n: "x = " + "a < " * n + "1",
    "elifs": lambda n: "if a: pass\n" + "elif b: pass\n" * n,
    "cases": lambda n: "match a:\n" + "  case 1: pass\n" * n,
    "patterns": lambda n: "match a:\n  case " + "[" * n + "]" * n + ": pass",
    "withs": lambda n: "with " + ", ".join("a" * n) + ": pass",
    "blocks": lambda n: "".join(" " * i + "if a:\n" for i in range(min(n, 2000))) + " " * min(n, 2000) + "pass",
    "functions": lambda n: "".join(" " * i + "def f():\n" for i in range(min(n, 2000))) + " " * min(n, 2000) + "pass",
    "open brackets": lambda n: "(" * n,
}


_DEEP_PROGRAM = """
import json, pickle, sys
from lstm_lint.lower import ParseError, lower
from lstm_lint.source import Source
for text in json.load(sys.stdin):
    try:
        pickle.dumps(lower(Source.from_bytes("x", text.encode())))
        print("works")
    except ParseError as error:
        print("refused")
"""


@pytest.mark.parametrize("name", _DEEP)
def test_deep_nesting_works_or_is_refused(name: str) -> None:
    """In an interpreter of its own, since the parser could end it; 150 to 190 is about all that it is let into."""
    texts = json.dumps([_DEEP[name](depth) + "\n" for depth in (12, 30, 90, 150, 190, 450, 900, 2000, 20000)])
    command = [sys.executable, "-c", _DEEP_PROGRAM]
    ran = subprocess.run(command, input=texts, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr[-500:]
    answers = ran.stdout.split()
    assert len(answers) == 9
    assert answers == sorted(answers, reverse=True), "what is refused at one depth is refused at every greater one"
    if name != "open brackets":
        assert answers[0] == "works"
        assert name == "patterns" or answers[1] == "works"


def test_brackets_in_strings_and_comments_do_not_nest() -> None:
    text = "x = '" + "(" * 3000 + "'\n# " + "[" * 3000 + "\ny = '''" + "{\n" * 3000 + "'''\nz = f'" + "((" * 900 + "'\n"
    assert len(_texts(text.encode())) == 3


def test_many_lines_do_not_nest() -> None:
    text = "x = a.b.c(d - e) + f[0] or not g\n" * 800 + "data = [" + "-1.5 + x.y, (2, 3),\n" * 800 + "]\n"
    assert len(_texts(text.encode())) == 801


def test_facts_of_every_syntax_survive_pickling() -> None:
    text = (
        "async def f[T: (int, str), *Ts, **P](a: T = 1, /, *b: *Ts, **c: P.kwargs) -> None:\n"
        "  async for x in y: await z\n"
        "  else: pass\n"
        "  return [i async for i in (yield x)]\n"
        "type A[T] = list[T]\n"
        "class B[T = int](C): pass\n"
        "try: pass\nexcept* E as e: pass\n"
        "with (a as b, c as d,): pass\n"
        "x = f'{a:{b}}' rf'{c!r}' f\"{d['e']}\"\n"
        "print(*a, **b, c=(yield), d=(e := 1))\n"
        "del (a), [b, c], (d, (e,))\n"
        "match a, b:\n  case -1 | 1 + 2j | 'a' 'b' | A.B: pass\n  case (1, *_), {**r}, A(1, k=x): pass\n"
        "try: pass\nexcept A, B: pass\n"
    )
    facts = lower(Source.from_bytes("x", text.encode()))
    assert pickle.loads(pickle.dumps(facts)) == facts

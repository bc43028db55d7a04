"""What syntax becomes: shapes, actions, expressions, written short by ``show``."""

from __future__ import annotations

import pytest

from lstm_lint import facts as f
from lstm_lint import flow
from lstm_lint.facts import ModuleFacts
from lstm_lint.lower import lower, parse_annotation
from lstm_lint.source import Source


def _facts(text: str) -> ModuleFacts:
    return lower(Source.from_bytes("program.py", text.encode()))


def show(value: object) -> str:
    """A fact or shape in one line, without spans and indices."""
    return _SHOWN[type(value)](value) if type(value) in _SHOWN else repr(value)


def _all(values: object) -> str:
    return ", ".join(show(value) for value in values)  # type: ignore[attr-defined]


def _argument(value: f.Argument) -> str:
    return (f"{value.keyword}=" if value.keyword else value.star) + show(value.value)


def _comprehension(value: f.Comprehension) -> str:
    clauses = "".join(
        f" for {show(c.target)} in {show(c.iterable)}" + f" if {_all(c.tests)}" * bool(c.tests) for c in value.clauses
    )
    key = f"{show(value.key)}: " if value.key else ""
    return f"{value.kind}({key}{show(value.element)}{clauses})"


def _match(value: f.Match) -> str:
    parts = [show(value.subject), *map(show, value.classes)]
    parts += [f"=={show(value.value)}"] * (value.value is not None) + [f"binds {name}" for name in value.binds]
    parts += [f"whole {name}" for name in value.whole] + [f"if {show(value.guard)}"] * (value.guard is not None)
    return f"match({', '.join(parts + ['always'] * value.always)})"


_SHOWN = {
    f.Name: lambda v: v.id,
    f.Attribute: lambda v: f"{show(v.value)}.{v.attr}",
    f.Argument: _argument,
    f.Call: lambda v: f"{show(v.func)}({_all(v.arguments)})",
    f.Subscript: lambda v: f"{show(v.value)}[{show(v.index)}]",
    f.Constant: lambda v: repr(v.value),
    f.Display: lambda v: f"{v.kind}({_all(v.items)})",
    f.DictDisplay: lambda v: "dict(" + ", ".join((show(k) + ": " if k else "**") + show(x) for k, x in v.items) + ")",
    f.Operation: lambda v: f"<{v.op}>({_all(v.operands)})",
    f.BoolOp: lambda v: f"({show(v.left)} {v.op} {show(v.right)})",
    f.Conditional: lambda v: f"({show(v.then)} if {show(v.test)} else {show(v.orelse)})",
    f.Walrus: lambda v: f"({show(v.target)} := {show(v.value)})",
    f.Comprehension: _comprehension,
    f.Lambda: lambda v: f"lambda {' '.join(p.name for p in v.function.parameters)}: {show(v.function.body)}",
    f.Await: lambda v: f"await {show(v.value)}",
    f.Yield: lambda v: "yield" if v.value is None else f"yield {show(v.value)}",
    f.Starred: lambda v: f"*{show(v.value)}",
    f.Evaluate: lambda v: show(v.value),
    f.Assign: lambda v: (
        " = ".join(map(show, (*v.targets, v.value))) + (f" : {show(v.annotation)}" if v.annotation else "")
    ),
    f.Declare: lambda v: f"{show(v.target)} : {show(v.annotation)}",
    f.Augment: lambda v: f"{show(v.target)} {v.op}= {show(v.value)}",
    f.Delete: lambda v: f"del {_all(v.targets)}",
    f.Return: lambda v: "return" if v.value is None else f"return {show(v.value)}",
    f.Raise: lambda v: "raise" if v.value is None else f"raise {show(v.value)}",
    f.Define: lambda v: f"def {v.function.name}",
    f.DefineClass: lambda v: f"class {v.klass.name}",
    f.BindImport: lambda v: "import " + ", ".join(one.local for one in v.imports),
    f.Enter: lambda v: f"enter {show(v.item)}" + (f" as {show(v.target)}" if v.target else ""),
    f.Exit: lambda v: f"exit {show(v.item)}",
    f.Swallow: lambda v: f"swallow {show(v.item)}",
    f.Catch: lambda v: f"catch {show(v.exception) if v.exception else ''}" + (f" as {v.name}" if v.name else ""),
    f.Iterate: lambda v: f"{show(v.target)} in {show(v.iterable)}",
    f.Match: _match,
    flow.Step: lambda v: show(v.action),
    flow.Sequence: lambda v: "{" + "; ".join(map(show, v.shapes)) + "}",
    flow.Branch: lambda v: f"if[{show(v.test)}] {show(v.then)} else {show(v.orelse)}",
    flow.Loop: lambda v: f"loop[{show(v.head or v.test)}] {show(v.body)} else {show(v.orelse)}",
    flow.Try: lambda v: (
        f"try {show(v.body)} "
        + "".join(f"[{show(h.action)}] {show(h.body)} " for h in v.handlers)
        + f"else {show(v.orelse)} finally {show(v.final)}"
    ),
    flow.Leave: lambda v: f"-> {v.kind}",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.b(c, *d, e=1, **g)", "a.b(c, *d, e=1, **g)"),
        ("a[1]", "a[1]"),
        ("a[b, c]", "a[tuple(b, c)]"),
        ("a[b,]", "a[tuple(b)]"),
        ("a[:b]", "a[<slice>(None, b, None)]"),
        ("a[:, 0]", "a[<slice>(<slice>(None, None, None), 0)]"),
        ("a[*b]", "a[tuple(*b)]"),
        ("a < b", "<<>(a, b)"),
        ("a is not b", "<is not>(a, b)"),
        ("a not in b", "<not in>(a, b)"),
        ("0 < a.b <= c", "(<<>(0, a.b) and <<=>(a.b, c))"),
        ("0 < f() <= c", "(<<>(0, (<operand> := f())) and <<=>(<operand>, c))"),
        ("not -a", "<not>(<->(a))"),
        ("a @ b // c", "<//>(<@>(a, b), c)"),
        ("a and b or c", "((a and b) or c)"),
        ("a if b else c", "(a if b else c)"),
        ("(a := f())", "(a := f())"),
        ("(1, *a)", "tuple(1, *a)"),
        ("[], {1}, ()", "tuple(list(), set(1), tuple())"),
        ("{'a': 1, **b}", "dict('a': 1, **b)"),
        ("[a for a, b in c if d if e for g in h]", "list(a for tuple(a, b) in c if d, e for g in h)"),
        ("{a: b for a in c}", "dict(a: b for a in c)"),
        ("{a async for a in c}", "set(a for a in c)"),
        ("any(a for a in b)", "any(generator(a for a in b))"),
        ("lambda a, *b: a(b)", "lambda a b: {return a(b); -> return}"),
        ("f'{a!r:>{b}} {c}' 'd' f'{e}'", "<fstring>(a, b, c, e)"),
        ("'a' \"b\" r'\\d'", "'ab\\\\d'"),
        ("'\\x41\\N{BULLET}', b'\\0', u'x', rb'\\0', ''", "tuple('A•', b'\\x00', 'x', b'\\\\0', '')"),
        ("1_000, 0x1F, 0o17, 1.5e3, 2j, True, None, ...", "tuple(1000, 31, 15, 1500.0, 2j, True, None, Ellipsis)"),
        ("9" * 5000, "<number>()"),
    ],
)
def test_expressions(text: str, shown: str) -> None:
    assert show(_facts(text).body) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a; b()", "{a; b()}"),
        ("pass", "{}"),
        ("a = b = c", "a = b = c"),
        ("a: T = b", "a = b : T"),
        ("a.b: 'T'", "a.b : 'T'"),
        ("a @= b", "a @= b"),
        ("del a, b[0]", "del a, b[0]"),
        ("raise A from b()", "{b(); raise A; -> raise}"),
        ("assert a", "if[a] {} else -> raise"),
        ("assert a, b()", "if[a] {} else {b(); -> raise}"),
        ("type A = B[C]", "A = B[C]"),
        ("import a.b, c as d", "import a, d"),
        ("if a: b\nelif c: d\nelse: e", "if[a] b else if[c] d else e"),
        ("while a:\n  break\nelse: b", "loop[a] -> break else b"),
        ("for a, b in c:\n  continue", "loop[tuple(a, b) in c] -> continue else {}"),
        ("try: a\nexcept B as c: d\nexcept: e\nelse: g\nfinally: h",
         "try a [catch B as c] d [catch ] e else g finally h"),
        ("try: a\nexcept* (B, C): d", "try a [catch tuple(B, C)] d else {} finally {}"),
        ("with a() as b: c",
         "{enter a() as b; try c [swallow a()] {} else {} finally exit a()}"),
        ("with a, b as (c, d): e",
         "{enter a; try {enter b as tuple(c, d); try e [swallow b] {} else {} finally exit b} [swallow a] {} "
         "else {} finally exit a}"),
        ("@a(1)\n@b\ndef c(d, e=g(), *, h=1): pass", "{a(1); g(); def c}"),
        ("@a.b\nclass C(D, g(), metaclass=M): x = 1", "{a.b; g(); class C}"),
        ("async def a():\n  async with b: await c", "{def a}"),
        ("match a.b:\n  case C(d) as e: g\n  case _: h",
         "{if[match(a.b, C, binds d, whole e)] g else if[match(a.b, always)] h else {}}"),
        ("match a():\n  case 1 | 'x' if b: c",
         "{<match> = a(); if[match(<match>, ==<|>(1, 'x'), if b)] c else {}}"),
        ("match a:\n  case A() | B.C(x=[d, *e]): g\n  case {'k': h, **i}: j\n  case None: k\n  case l: m",
         "{if[match(a, A, B.C, binds d, binds e)] g else if[match(a, binds h, binds i)] j "
         "else if[match(a, ==None)] k else if[match(a, whole l, always)] m else {}}"),
    ],
)  # fmt: skip
def test_statements(text: str, shown: str) -> None:
    assert show(_facts(text).body) == shown


def test_the_return_of_a_value_is_a_step_before_the_jump() -> None:
    function = _facts("def a(b):\n  if b: return\n  return b()\n").functions["a"]
    assert show(function.body) == "{if[b] {return; -> return} else {}; {return b(); -> return}}"


def test_a_nested_definition_sees_its_own_names() -> None:
    outer = _facts(
        "def a():\n"
        "  global g\n"
        "  def b(c: 'T', *d, e=1, **h):\n"
        "    nonlocal n\n"
        "    x.load_state_dict(y, strict=False)\n"
        "    yield 'word'\n"
        "  return lambda: (yield)\n"
    ).functions["a"]
    [define] = [one for one in outer.body.shapes[1].shapes if isinstance(one.action, f.Define)]  # type: ignore[union-attr]
    inner = define.action.function
    assert (outer.qualname, inner.qualname) == ("a", "a.<locals>.b")
    assert (outer.globals, inner.nonlocals) == ({"g"}, {"n"})
    assert (outer.is_generator, inner.is_generator) == (False, True)
    assert {"load_state_dict", "strict", "x", "y", "word", "c", "n"} <= inner.mentions <= outer.mentions
    assert [(one.name, one.kind) for one in inner.parameters] == [
        ("c", "positional"), ("d", "star"), ("e", "kwonly"), ("h", "doublestar")
    ]  # fmt: skip
    assert show(inner.parameters[0].annotation) == "'T'"


def test_positional_only_parameters_and_bounds() -> None:
    facts = _facts("async def a[T: B](b, /, c) -> T: pass\n")
    function = facts.functions["a"]
    assert [(one.name, one.kind) for one in function.parameters] == [("b", "posonly"), ("c", "positional")]
    assert function.is_async and show(function.returns) == "T"
    assert show(function.body) == "{B; {}}"


def test_a_class_keeps_what_its_suite_binds() -> None:
    klass = _facts(
        "class A(B, metaclass=M):\n"
        "  x: int = 1\n"
        "  if y:\n"
        "    z = 2\n"
        "  @property\n"
        "  def p(self): return 1\n"
        "  @p.setter\n"
        "  def p(self, v): pass\n"
        "  @typing.overload\n"
        "  def m(self): ...\n"
        "  def m(self, v=None): local = 1\n"
        "  class C:\n"
        "    def n(self): pass\n"
    ).classes["A"]
    assert (_all(klass.bases), _all(klass.keywords)) == ("B", "metaclass=M")
    assert {name: show(value) for name, value in klass.assignments.items()} == {"x": "1", "z": "2"}
    assert {name: show(value) for name, value in klass.annotations.items()} == {"x": "int"}
    assert [len(klass.functions[name].parameters) for name in ("p", "m")] == [1, 2]
    assert klass.classes["C"].functions["n"].qualname == "A.C.n"
    assert "local" not in klass.assignments


def test_a_module_keeps_all_values_of_a_name() -> None:
    facts = _facts(
        "__all__ = ['a', 'b']\n"
        "__all__ += ('c',)\n"
        "try:\n  a = 1\nexcept E:\n  a: int = None\n"
        "b, c = 2, 3\n"
        "d, (e, *g) = h()\n"
        "if x:\n  def k(): inner = 1\nelse:\n  class K: pass\n"
    )
    assert facts.exports == ("a", "b", "c")
    shown = {name: _all(values) for name, values in facts.assignments.items() if name != "__all__"}
    assert shown == {
        "a": "1, None",
        "b": "2",
        "c": "3",
        "d": "h()[0]",
        "e": "<unpack>(h()[1])",
        "g": "<unpack>(h()[1])",
    }
    assert set(facts.functions) == {"k"} and set(facts.classes) == {"K"}
    assert {"inner", "K", "x"} <= facts.mentions and "y" not in facts.mentions


@pytest.mark.parametrize("text", ["__all__ = a", "__all__ = ['a', b]", "x = 1", "__all__ = ['a']\n__all__ += b"])
def test_exports_are_unknown_unless_literal(text: str) -> None:
    assert _facts(text).exports is None


def test_imports_are_found_wherever_they_stand() -> None:
    facts = _facts(
        "import a.b, c.d as e\n"
        "from ..m import n as k, o\n"
        "from . import p\n"
        "from q import *\n"
        "if typing.TYPE_CHECKING:\n"
        "  from r import s\n"
        "else:\n"
        "  s = None\n"
        "if not TYPE_CHECKING:\n"
        "  import t\n"
        "else:\n"
        "  import u\n"
        "def f():\n"
        "  import v\n"
    )
    assert [(one.local, one.module, one.name, one.level, one.target) for one in facts.imports] == [
        ("a", "a", None, 0, "a.b"),
        ("e", "c.d", None, 0, "c.d"),
        ("k", "m", "n", 2, ""),
        ("o", "m", "o", 2, ""),
        ("p", "", "p", 1, ""),
        ("*", "q", "*", 0, ""),
        ("s", "r", "s", 0, ""),
        ("t", "t", None, 0, "t"),
        ("u", "u", None, 0, "u"),
        ("v", "v", None, 0, "v"),
    ]
    assert [one.local for one in facts.imports if one.type_checking] == ["s", "u"]
    assert {"a", "b", "d", "m", "n"} <= facts.mentions


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("x = 1\n", 1),
        ("#!/bin/sh\n# coding: utf-8\n\nx = 1\n", 3),
        ('# a\n\n"""Two\nlines."""\nx = 1\n', 5),
        ('"""Doc."""\nfrom __future__ import annotations\nx = 1\n', 3),
        ("import a\nimport b; import c\nif x:\n  import d\ntry:\n  import e\nexcept E: pass\n", 3),
        ("from a import (\n  b,\n  c,\n)\nx = 1\n", 5),
        ("import a\ndef f():\n  import b\n", 2),
    ],
)
def test_the_line_for_a_new_import(text: str, line: int) -> None:
    assert _facts(text).import_line == line


def test_statements_say_where_they_stand() -> None:
    text = (
        "@d\n"  # 1
        "class A:\n"  # 2
        "  def m(self): a(); b()  # c\n"  # 3
        "if x:\n"  # 4
        "  y\n"  # 5
        "elif (\n"  # 6
        "  z\n"  # 7
        "):  # why\n"  # 8
        "\n"  # 9
        "  # above\n"  # 10
        "  w\n"  # 11
        "else:\n"  # 12
        "  v\n"  # 13
        "match q:\n"  # 14
        "  case 1: u\n"  # 15
        "try:\n"  # 16
        "  r\n"  # 17
        "except E:\n"  # 18
        "  s\n"  # 19
        "finally:\n"  # 20
        "  t\n"  # 21
    )
    rows = [
        (one.kind, one.span.line, one.header[2:], one.parent, one.arm, one.one_line, one.shared_line, one.scope)
        for one in _facts(text).statements
    ]
    assert rows == [
        ("class", 1, (2, 9), -1, "body", False, False, ""),
        ("def", 3, (3, 15), 0, "body", True, False, "A"),
        ("simple", 3, (3, 19), 1, "body", True, True, "A.m"),
        ("simple", 3, (3, 24), 1, "body", True, True, "A.m"),
        ("if", 4, (4, 6), -1, "body", False, False, ""),
        ("simple", 5, (5, 4), 4, "body", False, False, ""),
        ("if", 6, (8, 3), 4, "elif", False, False, ""),
        ("simple", 11, (11, 4), 6, "body", False, False, ""),
        ("simple", 13, (13, 4), 6, "orelse", False, False, ""),
        ("match", 14, (14, 9), -1, "body", False, False, ""),
        ("case", 15, (15, 10), 9, "case0", True, False, ""),
        ("simple", 15, (15, 12), 10, "body", True, False, ""),
        ("try", 16, (16, 5), -1, "body", False, False, ""),
        ("simple", 17, (17, 4), 12, "body", False, False, ""),
        ("simple", 19, (19, 4), 12, "handler0", False, False, ""),
        ("simple", 21, (21, 4), 12, "final", False, False, ""),
    ]


def test_every_shape_of_a_statement_carries_its_index() -> None:
    facts = _facts("a()\nwith b, c:\n  d()\nassert e, g\n")
    first, managed, asserted = facts.body.shapes  # type: ignore[union-attr]
    assert (first.at, managed.at, asserted.at) == (0, 1, 3)
    assert managed.shapes[1].body.at == 1
    assert managed.shapes[1].body.shapes[1].body.at == 2
    assert asserted.orelse.shapes[0].at == 3


def test_comments_anywhere() -> None:
    comments = _facts("# a\nx = [  # b\n  1,\n  # c\n]\nf(f'# {y}', '# no')  # d").comments
    assert [(one.line, one.column, one.text, one.alone) for one in comments] == [
        (1, 1, "# a", True),
        (2, 8, "# b", False),
        (4, 3, "# c", True),
        (6, 22, "# d", False),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A", "A"),
        (" list[a.B] | None ", "<|>(list[a.B], None)"),
        ("Optional['C']", "Optional['C']"),
        ("a b", None),
        ("", "tuple()"),
        ("x = 1", None),
        ("\udcff", None),
        ("A) + (B", "<+>(A, B)"),
        ("[" * 2000, None),
    ],
)
def test_string_annotations(text: str, shown: str | None) -> None:
    found = parse_annotation(text)
    assert (None if found is None else show(found)) == shown

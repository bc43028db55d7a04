"""The vocabulary: its schema is strict, and what it names exists where the library is installed."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

import pytest

from lstm_lint.vocabulary import VocabularyError, load_vocabulary, shipped

VOCABULARY = load_vocabulary()
ROWS = [row for table in shipped() for row in (*table.klass, *table.function)]
# A name with a bracket is no import path.
NAMES = sorted(name for row in ROWS for name in row.names if "(" not in name and not row.versions)


def found(dotted: str) -> object:
    """The object a dotted name leads to, modules imported on the way."""
    module, _, rest = dotted.partition(".")
    thing: object = importlib.import_module(module)
    for part in rest.split("."):
        module = f"{module}.{part}"
        try:
            thing = getattr(thing, part)
        except AttributeError:
            thing = importlib.import_module(module)
    return thing


@pytest.mark.parametrize("dotted", NAMES)
def test_every_name_exists(dotted: str) -> None:
    library = dotted.partition(".")[0]
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    try:
        thing = found(dotted)
    except ImportError as error:
        if str(error.name).partition(".")[0] == library:
            raise
        pytest.skip(f"an extra of {library} is not installed: {error}")
    assert callable(thing)


def test_methods_and_attributes_of_rows_exist() -> None:
    if find_spec("sb3_contrib") is None:
        pytest.skip("sb3_contrib is not installed")
    for row in {id(row): row for row in VOCABULARY.classes.values()}.values():
        if row.names[0].partition(".")[0] not in ("sb3_contrib", "stable_baselines3", "torch"):
            continue
        klass = found(row.names[0])
        for method in row.method:
            assert hasattr(klass, method.name), f"{row.names[0]}.{method.name}"
        for builder in row.builders:
            assert hasattr(klass, builder), f"{row.names[0]}.{builder}"


def test_recurrent_ppo_has_the_slot_that_its_row_names() -> None:
    sb3_contrib = pytest.importorskip("sb3_contrib")
    model = sb3_contrib.RecurrentPPO("MlpLstmPolicy", "CartPole-v1", n_steps=8)
    row = VOCABULARY.classes["sb3_contrib.RecurrentPPO"]
    for state in row.state:
        assert hasattr(model, state.slot)
        assert hasattr(model, state.driven_by)
        for mask in state.assigned or {}:
            assert hasattr(model, mask)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"class": [{"names": ["x.Y"], "kind": "agent", "recurent": "yes"}]}, "did you mean 'recurrent'"),
        ({"class": [{"names": ["x.Y"], "kind": "agent"}]}, "missing key 'recurrent'"),
        ({"class": [{"names": "x.Y", "kind": "agent", "recurrent": "yes"}]}, "expected list, got str"),
        ({"class": [{"names": ["x.Y"], "kind": "robot", "recurrent": "yes"}]}, "'robot' is not one of"),
        ({"functions": []}, "did you mean 'function'"),
        ({"klass": []}, "vocabulary: unknown key 'klass'; did you mean 'class'"),
        ({"class": [{}]}, r"class\[0\]: missing key 'names'"),
        ({"class": [{"names": ["x.Y"], "state": [{"nam": "x"}]}]}, "known keys: assigned, driven_by, if_recurrent"),
    ],
)
def test_a_table_that_breaks_the_schema_is_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(VocabularyError, match=said):
        load_vocabulary(table)


def test_a_row_of_the_user_comes_over_the_shipped_ones() -> None:
    row = {"names": ["sb3_contrib.RecurrentPPO"], "kind": "agent", "recurrent": "no"}
    assert load_vocabulary({"class": [row]}).classes["sb3_contrib.RecurrentPPO"].recurrent == "no"


def test_names_that_many_classes_have_make_no_file_worth_reading() -> None:
    words = {word.decode() for word in VOCABULARY.words}
    assert VOCABULARY.common["rl_games"] >= {"restore", "set_weights"}
    assert {"load", "restore", "set_weights"} & words == set()
    assert "restore" in VOCABULARY.replacing(frozenset({"rl_games"}))
    assert "restore" not in VOCABULARY.replacing(frozenset({"pfrl"}))


@pytest.mark.parametrize(
    ("made", "recurrent", "strengths"),
    [
        ("pfrl.agents.PPO(recurrent=True)", "yes", {"proven"}),
        ("pfrl.agents.PPO(recurrent=?)", "unknown", {"inferred", "unknown"}),
        ("pfrl.agents.PPO(not recurrent)", "no", {"unknown"}),
        ("pfrl.agents.PPO", "unknown", {"unknown"}),
    ],
)
def test_the_constructor_decides_what_is_made(made: str, recurrent: str, strengths: set[str]) -> None:
    lineage = VOCABULARY.lineage(made)
    assert lineage[0].recurrent == recurrent
    assert lineage[-1].names[0] == "pfrl.agent.Agent", "what it is made of has the methods"
    assert {state.strength for row in lineage for state in row.state} >= strengths

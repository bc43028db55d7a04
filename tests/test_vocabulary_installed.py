"""What the vocabulary says of a library, held against the library where it is installed.

First every name: of classes, methods, attributes and arguments, these at their positions. Then what a load, a reset and
a step do to the states of real objects, which are found and reset as the rows say.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from lstm_lint.vocabulary import ClassRow, FunctionRow, load_vocabulary, shipped
from lstm_lint.vocabulary.schema import ArgumentRow, Condition, LibraryTable

torch = pytest.importorskip("torch")
import vocabulary_objects as objects  # noqa: E402

VOCABULARY = load_vocabulary()
CHECKED = {"torchrl", "pfrl", "skrl", "rl_games", "rsl_rl", "sb3_contrib", "stable_baselines3"}


def rows() -> Iterator[tuple[LibraryTable, ClassRow | FunctionRow]]:
    for table in shipped():
        for row in (*table.klass, *table.function):
            if row.names[0].partition(".")[0] in CHECKED:
                yield table, row


def named(item: object) -> str:
    return item.names[0] if isinstance(item, (ClassRow, FunctionRow)) else ""


def covers(versions: str, table: LibraryTable) -> bool:
    """Whether a name exists in the installed version."""
    from packaging.specifiers import SpecifierSet

    return not versions or version(table.package) in SpecifierSet(versions)


def need(table: LibraryTable, row: ClassRow | FunctionRow) -> None:
    library = row.names[0].partition(".")[0]
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    if not covers(row.versions, table):
        pytest.skip(f"not in the installed version: {row.versions}")


def found(dotted: str) -> Any:
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


def parameters(klass: type, method: str) -> list[str]:
    """The parameters of a method but the first, of the nearest class that names them rather than passing them on."""
    for base in klass.__mro__:
        if method in vars(base):
            raw = inspect.getattr_static(base, method)
            signature = inspect.signature(getattr(raw, "__func__", raw))
            kinds = {each.kind for each in signature.parameters.values()}
            names = list(signature.parameters)[1:]
            if inspect.Parameter.VAR_POSITIONAL not in kinds or len(names) > 2:
                return names
    return []


def misplaced(names: list[str], argument: ArgumentRow | Condition) -> str:
    """What is wrong with an argument, "" for nothing."""
    if argument.argument not in names:
        return f"no argument {argument.argument!r} in {names}"
    at = names.index(argument.argument)
    return "" if argument.position in (-1, at) else f"{argument.argument!r} is at {at}, not {argument.position}"


@pytest.mark.parametrize(("table", "row"), list(rows()), ids=named)
def test_every_name_of_a_row_is_there(table: LibraryTable, row: ClassRow | FunctionRow) -> None:
    need(table, row)
    wrong: list[str] = []
    for name in row.names:
        if "(" not in name and find_spec(name.partition(".")[0]) is not None:
            thing = found(name)
            assert callable(thing), name
            wrong += list(problems_of_class(table, row, thing) if isinstance(row, ClassRow) else problems(row, thing))
    assert wrong == []


def problems_of_class(table: LibraryTable, row: ClassRow, klass: type) -> Iterator[str]:
    for name in (*row.builders, *(m.name for m in row.method if covers(m.versions, table))):
        if not hasattr(klass, name):
            yield f"{klass.__name__} has no {name}"
    makes: list[ArgumentRow | Condition | None] = [row.recurrent_if, row.stateless_if, *(row.keeps or {}).values()]
    for argument in filter(None, makes):
        if row.stateless_if is argument or klass is found(row.names[0]):
            yield from filter(None, [misplaced(parameters(klass, "__init__"), argument)])
    for method in row.method:
        given = [method.unless, method.only_without, *method.resets_where]
        given += [ArgumentRow(method.state.argument, method.state.position)] if method.state else []
        for argument in filter(None, given):
            wrong = misplaced(parameters(klass, method.name), argument)
            if wrong and not inspect.isabstract(klass):
                yield f"{klass.__name__}.{method.name}: {wrong}"
        for target in filter(None, (method.makes, *(row.attributes or {}).values(), *row.bases)):
            if target not in VOCABULARY.classes:
                yield f"no row is called {target}"
    for state in row.state:
        for name in state.only_with:
            if not hasattr(found(f"{row.names[0].partition('.')[0]}.modules"), name):
                yield f"nothing is called {name}"


def problems(row: FunctionRow, function: Callable[..., object]) -> Iterator[str]:
    names = list(inspect.signature(function).parameters)
    for argument in filter(None, (row.replaces, row.source, row.resets, row.steps, row.sync_unless)):
        yield from filter(None, [misplaced(names, argument)])


# --- behaviour ---


RUN: dict[str, Callable[..., None]] = {}


def runs(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the test that runs what these rows say."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        RUN.update(dict.fromkeys(names, test))
        return pytest.mark.skipif(
            find_spec(names[0].partition(".")[0]) is None, reason=f"{names[0].partition('.')[0]} is not installed"
        )(test)

    return mark


def held(thing: object, name: str) -> list[float]:
    """The norms of the tensors that an object keeps in the slots of a row; empty without any."""
    lineage = VOCABULARY.lineage(name)
    slots = dict.fromkeys(state.slot for row in lineage for state in row.state)
    assert slots, f"{name} has no state"
    norms: list[float] = []
    for slot in slots:
        value = thing
        for attr in slot.split("."):
            value = getattr(value, attr)
        norms += [float(tensor.norm()) for tensor in tensors(value)]
    return norms


def tensors(value: Any) -> Iterator[Any]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from tensors(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors(each)


def written_reset(receiver: object, name: str) -> None:
    """Run the reset as the row of a class has it."""
    reset = next(row.reset for row in VOCABULARY.lineage(name) if row.reset is not None)
    text = "\n".join(reset.lines).replace("{receiver}", "receiver").replace("{indent}", "    ")
    exec(text, {"receiver": receiver})


def is_clear(norms: list[float]) -> bool:
    return not any(norms)


def other_weights(module: Any) -> dict[str, Any]:
    return {name: torch.randn_like(tensor) if tensor.is_floating_point() else tensor
            for name, tensor in module.state_dict().items()}  # fmt: skip


@runs("pfrl.agents.DQN", "pfrl.agents.PPO", "pfrl.nn.RecurrentSequential")
@pytest.mark.parametrize("kind", ["DQN", "PPO"])
def test_pfrl_agent(kind: str, tmp_path: Path) -> None:
    import numpy as np

    name = f"pfrl.agents.{kind}"
    agent = objects.pfrl_agent(kind)
    observation = np.ones(objects.SIZE, dtype=np.float32)

    def step(done: bool = False) -> None:
        agent.act(observation)
        agent.observe(observation, 0.0, done, False)

    step()
    step()
    with agent.eval_mode():
        step()
    before = held(agent, name)
    assert len(before) == 4, "two tensors for training, two for evaluation"
    assert all(before)
    donor = objects.pfrl_agent(kind)
    donor.save(str(tmp_path))
    agent.load(str(tmp_path))
    assert held(agent, name) == before, "a load leaves the states"
    torch.testing.assert_close(agent.model.state_dict(), donor.model.state_dict())
    written_reset(agent, name)
    assert held(agent, name) == []
    step()
    assert len(held(agent, name)) == 2, "a step in training leaves the state for evaluation"
    step(done=True)
    assert is_clear(held(agent, name)), "the end of an episode clears the state"


def test_pfrl_agent_that_is_not_recurrent_keeps_nothing() -> None:
    pytest.importorskip("pfrl")
    agent = objects.pfrl_agent("PPO", recurrent=False)
    assert held(agent, "pfrl.agents.PPO") == []


@runs("rsl_rl.models.RNNModel", "rsl_rl.modules.RNN", "rsl_rl.models.MLPModel")
@pytest.mark.parametrize("rnn", ["lstm", "gru"])
def test_rsl_rl_model(rnn: str) -> None:
    from rsl_rl.models import MLPModel, RNNModel

    env = objects.rsl_rl_env()
    groups = {"actor": ["policy"]}
    model = RNNModel(env.get_observations(), groups, "actor", 2, hidden_dims=[8], rnn_type=rnn, rnn_hidden_dim=8)
    model(env.get_observations())
    before = held(model, "rsl_rl.models.RNNModel")
    assert all(before)
    assert before == held(model.rnn, "rsl_rl.modules.RNN")
    model.load_state_dict(other_weights(model))
    assert held(model, "rsl_rl.models.RNNModel") == before
    with torch.no_grad():
        model.detach_hidden_state()
        model.reset(torch.tensor([1, 0, 0]))
    assert all(held(model, "rsl_rl.models.RNNModel")), "only what is done is reset"
    written_reset(model, "rsl_rl.models.RNNModel")
    assert held(model, "rsl_rl.models.RNNModel") == []
    plain = MLPModel(env.get_observations(), groups, "actor", 2, hidden_dims=[8])
    plain.reset()
    assert plain.get_hidden_state() is None


@runs("rsl_rl.runners.OnPolicyRunner", "rsl_rl.algorithms.PPO")
def test_rsl_rl_runner(tmp_path: Path) -> None:
    runner = objects.rsl_rl_runner()
    runner.learn(1)
    before = held(runner.alg, "rsl_rl.algorithms.PPO")
    assert len(before) == 2
    assert all(before)
    assert all(held(runner.alg.critic, "rsl_rl.models.RNNModel"))
    objects.rsl_rl_runner().save(str(tmp_path / "donor.pt"))
    runner.load(str(tmp_path / "donor.pt"))
    assert held(runner.alg, "rsl_rl.algorithms.PPO") == before
    assert runner.get_inference_policy() is runner.alg.actor
    assert runner.alg.get_policy() is runner.alg.actor
    fed = []
    runner.alg.actor.rnn.register_forward_pre_hook(lambda module, _: fed.append(module.hidden_state is None))
    runner.learn(1)
    assert not any(fed), "learn() goes on with the states that it finds"
    written_reset(runner.alg, "rsl_rl.algorithms.PPO")
    assert held(runner.alg, "rsl_rl.algorithms.PPO") == []
    assert held(runner.alg.critic, "rsl_rl.models.RNNModel") == []


@runs("rl_games.torch_runner.Runner", "rl_games.common.player.BasePlayer")
def test_rl_games_player(tmp_path: Path) -> None:
    name = "rl_games.common.player.BasePlayer"
    player = objects.rl_games_player()
    assert isinstance(player, found(name))
    obs = player.env_reset(player.env)
    player.get_batch_size(obs, 1)
    assert held(player, name) == []
    player.reset()
    assert held(player, name) == [0.0, 0.0]
    player.get_action(obs, True)
    before = held(player, name)
    assert all(before)
    weights = {"model": other_weights(player.model)}
    player.set_weights(weights)
    assert held(player, name) == before
    torch.save(weights, tmp_path / "donor.pth")
    player.restore(str(tmp_path / "donor.pth"))
    assert held(player, name) == before
    written_reset(player, name)
    assert is_clear(held(player, name))
    player.get_action(obs, True)
    player.init_rnn()
    assert is_clear(held(player, name))


@runs("skrl.agents.torch.ppo.PPO_RNN", "skrl.models.torch.Model", "skrl.trainers.torch.SequentialTrainer")
def test_skrl_agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gymnasium
    from skrl.envs.wrappers.torch import wrap_env
    from skrl.trainers.torch import SequentialTrainer

    monkeypatch.chdir(tmp_path)  # it makes a folder for its runs
    name = "skrl.agents.torch.ppo.PPO_RNN"
    models = objects.skrl_models()
    agent = objects.skrl_agent(models)
    agent.init()
    agent.enable_training_mode(True)
    assert agent.policy is models["policy"] and agent.value is models["value"]
    assert is_clear(held(agent, name))
    observation = torch.ones(1, objects.SIZE)
    flag = torch.zeros(1, 1, dtype=torch.bool)

    def step() -> None:
        with torch.no_grad():
            actions, _ = agent.act(observation, None, timestep=0, timesteps=10)
            agent.record_transition(
                observations=observation, states=None, actions=actions, rewards=torch.zeros(1, 1),
                next_observations=observation, next_states=None, terminated=flag, truncated=flag, infos={},
                timestep=0, timesteps=10,
            )  # fmt: skip

    step()
    before = held(agent, name)
    assert any(before)
    donor = objects.skrl_agent(objects.skrl_models())
    donor.init()
    donor.save(str(tmp_path / "donor.pt"))
    agent.load(str(tmp_path / "donor.pt"))
    assert held(agent, name) == before
    models["policy"].update_parameters(objects.skrl_models()["policy"])
    assert held(agent, name) == before
    written_reset(agent, name)
    assert is_clear(held(agent, name))
    player = objects.skrl_agent(models, memory=False)  # with a memory a second init() raises in 2.1.1
    player.init()
    for tensor in tensors(player._rnn_initial_states):
        tensor.fill_(1.0)
    assert all(held(player, name))
    trainer = SequentialTrainer(env=wrap_env(gymnasium.make("CartPole-v1")), agents=player, cfg={"timesteps": 1})
    assert trainer.agents is player
    assert is_clear(held(player, name)), "making a trainer clears the states"


@runs("torchrl.collectors.Collector", "torchrl.modules.LSTMModule", "torchrl.modules.GRUModule")
@pytest.mark.parametrize("kind", ["LSTMModule", "GRUModule"])
def test_torchrl_collector(kind: str) -> None:
    from torchrl.collectors import Collector
    from torchrl.envs import GymEnv, TransformedEnv

    env = TransformedEnv(GymEnv("CartPole-v1", categorical_action_encoding=False))
    policy = objects.torchrl_policy(env, kind)
    collector = Collector(env, policy, frames_per_batch=6, total_frames=60, exploration_type=None)
    batches = iter(collector)
    next(batches)

    def carried() -> list[float]:
        return [float(value.norm()) for key, value in collector._carrier.items() if key.startswith("recurrent_state")]

    before = carried()
    assert len(before) == (2 if kind == "LSTMModule" else 1)
    assert all(before)
    policy.load_state_dict(other_weights(policy))
    collector.update_policy_weights_()
    assert carried() == before, "neither a load nor a sync touches what the collector carries"
    collector.load_state_dict(collector.state_dict())
    assert carried() == before
    written_reset(collector, "torchrl.collectors.Collector")
    assert is_clear(carried())
    next(batches)
    assert any(carried())
    collector.shutdown()


def test_recurrent_ppo() -> None:
    sb3_contrib = pytest.importorskip("sb3_contrib")
    name = "sb3_contrib.RecurrentPPO"
    model = sb3_contrib.RecurrentPPO("MlpLstmPolicy", "CartPole-v1", n_steps=8, policy_kwargs={"lstm_hidden_size": 8})
    model.learn(8)
    before = held(model, name)
    assert all(before)
    model.set_parameters(sb3_contrib.RecurrentPPO(
        "MlpLstmPolicy", "CartPole-v1", n_steps=8, policy_kwargs={"lstm_hidden_size": 8}).get_parameters()
    )  # fmt: skip
    assert held(model, name) == before
    lines = "\n".join(VOCABULARY.classes[name].inline_reset)
    exec(lines.replace("{receiver}", "model").replace("{indent}", "    "), {"model": model})
    assert is_clear(held(model, name))


def test_what_is_said_to_be_run_is_run_here() -> None:
    """Rows of the libraries checked here may say ``run`` only when a test above runs them, and the reverse."""
    said = {row.names[0] for table, row in rows() if row.verified == "run" and table.library != "sb3-contrib"}
    assert said == set(RUN)

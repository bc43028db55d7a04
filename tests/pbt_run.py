"""Runs a training file of the population project and prints what each exploit did to the recurrent state, as JSON.

Usage: ``python pbt_run.py TRAINING_FILE CHECKPOINT_FOLDER``, with the project on ``PYTHONPATH``.
Fitness is scripted, so that the same exploits happen on every machine; all else is the project's own code.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import torch

MEMBERS, GENERATIONS, STEPS = 4, 4, 96


def load_module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("training_file", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scripted_fitness(generation: int, number: int) -> float:
    """The last member is always the worst; the others take turns as the best, so both checkpoint formats are copied."""
    if number == MEMBERS - 1:
        return -1.0
    return 1.0 + (number == generation % (MEMBERS - 1))


def same(left: list[torch.Tensor], right: list[torch.Tensor]) -> bool:
    return all(torch.equal(one, other) for one, other in zip(left, right, strict=True))


def carried(model: Any) -> list[torch.Tensor]:
    """Copies of the four state tensors, each (layers, envs, hidden)."""
    return [part.clone() for pair in model._last_lstm_states for part in pair]


def initial(model: Any) -> list[torch.Tensor]:
    """What `carried` is before the first observation."""
    return [part.repeat(1, model.n_envs, 1) for pair in model.policy.recurrent_initial_state for part in pair]


class Watch:
    """Looks at a model just before an exploit, just after it and at the next input of its LSTM."""

    def __init__(self, train: Any, scheduler: Any, models: list[Any]) -> None:
        self.models = models
        self.exploits: list[dict[str, Any]] = []
        self._before: list[torch.Tensor] = []
        self._donor: dict[str, torch.Tensor] = {}
        self._exploit = scheduler.exploit_and_explore
        self._apply_hyperparams = train.apply_hyperparams
        scheduler.exploit_and_explore = self.exploit_and_explore
        train.apply_hyperparams = self.apply_hyperparams

    def exploit_and_explore(self, member: Any) -> Any:
        self._before = carried(self.models[member.member_id])
        parameters, hyperparams, form = self._exploit(member)
        if parameters is not None:
            self._donor = parameters["policy"] if form == "v2_full_parameters" else parameters
            self.exploits.append({"member": member.member_id, "format": form})
        return parameters, hyperparams, form

    def apply_hyperparams(self, model: Any, member: Any, hyperparams: Any) -> None:
        after, fresh, weights = carried(model), initial(model), model.policy.state_dict()
        self.exploits[-1] |= {
            "weights_are_donors": all(torch.equal(weights[name], value) for name, value in self._donor.items()),
            "was_initial": same(self._before, fresh),
            "unchanged": same(after, self._before),
            "initial_by_env": [
                same([part[:, env] for part in after], [part[:, env] for part in fresh]) for env in range(model.n_envs)
            ],
        }
        self._note_next_input(model, self.exploits[-1])
        self._apply_hyperparams(model, member, hyperparams)

    def _note_next_input(self, model: Any, record: dict[str, Any]) -> None:
        def note(module: Any, inputs: tuple[Any, ...]) -> None:
            record["next_input"] = float(sum(part.abs().sum() for part in inputs[1]))
            handle.remove()

        handle = model.policy.lstm_actor.register_forward_pre_hook(note)


def main(training_file: Path, folder: Path) -> dict[str, Any]:
    torch.set_num_threads(1)
    train = load_module(training_file)
    population = [
        train.PopulationMember(number, {"learning_rate": 1e-3, "ent_coef": 0.01}) for number in range(MEMBERS)
    ]
    models = [train.build_model(member, seed=member.member_id) for member in population]
    scheduler = train.PBTScheduler(population, seed=0)
    watch = Watch(train, scheduler, models)

    def mean_reward(model: Any) -> float:
        number = models.index(model)
        return scripted_fitness(len(population[number].history), number)

    train.mean_reward = mean_reward
    count = train.train_population(models, population, scheduler, folder, GENERATIONS, STEPS)
    for model in models:  # one more rollout, so that the last exploit's state is used as well
        model.learn(total_timesteps=STEPS, reset_num_timesteps=False)
    return {"count": count, "steps": [model.num_timesteps for model in models], "exploits": watch.exploits}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))

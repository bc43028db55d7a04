"""Runs the rush-hour, daytime and night policies by the timetable and logs what they cost."""
import argparse
from collections import defaultdict

import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torchrl.envs import InitTracker, StepCounter, TransformedEnv
from torchrl.envs.libs.gym import GymWrapper
from torchrl.modules import MLP, GRUModule

from tunnel_env import TunnelAir

TIMETABLE = [(0, "night"), (6, "rush"), (10, "day"), (15, "rush"), (19, "day"), (22, "night")]


def build(hidden):
    env = TransformedEnv(GymWrapper(TunnelAir()), InitTracker())
    env.append_transform(StepCounter())
    gru = GRUModule(
        input_size=env.observation_spec["observation"].shape[-1],
        hidden_size=hidden,
        in_keys=["observation", "memory_of_air"],
        out_keys=["embed", ("next", "memory_of_air")],
    )
    env.append_transform(gru.make_tensordict_primer())
    head = MLP(in_features=hidden, out_features=2, num_cells=[64])
    policy = TensorDictSequential(
        gru,
        TensorDictModule(head, in_keys=["embed"], out_keys=["raw"]),
        TensorDictModule(torch.nn.Sigmoid(), in_keys=["raw"], out_keys=["action"]),
    )
    return env, policy


def mode_at(step):
    hour = (step % 288) / 12
    return [name for start, name in TIMETABLE if hour >= start][-1]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--folder", default="policies")
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--steps", type=int, default=2 * 2016)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    env, policy = build(args.hidden)
    env.set_seed(args.seed)
    weights = {name: torch.load(f"{args.folder}/{name}.pt", map_location="cpu") for name in ("night", "rush", "day")}
    cost, count = defaultdict(float), defaultdict(int)
    mode = None
    td = env.reset()
    with torch.no_grad():
        for _ in range(args.steps):
            wanted = mode_at(int(td["step_count"]))
            if wanted != mode:
                policy.load_state_dict(weights[wanted])
                mode = wanted
            td = policy(td)
            data, td = env.step_and_maybe_reset(td)
            cost[mode] -= data["next", "reward"].item()
            count[mode] += 1

    for name in weights:
        print(f"{name:6s} {count[name]:6d} steps  cost per step {cost[name] / max(1, count[name]):.3f}")


if __name__ == "__main__":
    main()

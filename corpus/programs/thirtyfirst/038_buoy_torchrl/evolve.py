"""Truncation selection over recurrent damping policies; one TorchRL collector is shared by all members."""
import copy
from dataclasses import dataclass, field

import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.envs import Compose, GymEnv, InitTracker, TransformedEnv
from torchrl.modules import GRUModule, MLP

import buoy  # noqa: F401


@dataclass
class Config:
    members: int = 24
    parents: int = 6
    generations: int = 80
    frames: int = 1500
    sigma: float = 0.05
    seed: int = 11


@dataclass
class Member:
    weights: dict
    fitness: float = float("-inf")
    lineage: list = field(default_factory=list)


def build_policy(n_obs: int = 3, width: int = 32):
    gru = GRUModule(input_size=16, hidden_size=width, in_key="embed", out_key="mem")
    policy = TensorDictSequential(
        TensorDictModule(nn.Sequential(nn.Linear(n_obs, 16), nn.Tanh()), ["observation"], ["embed"]),
        gru,
        TensorDictModule(
            nn.Sequential(MLP(in_features=width, out_features=1, num_cells=[16]), nn.Sigmoid()), ["mem"], ["action"]
        ),
    )
    return policy.requires_grad_(False), gru


def mutate(weights: dict, sigma: float) -> dict:
    return {k: v + sigma * torch.randn_like(v) for k, v in weights.items()}


class Yard:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        self.policy, gru = build_policy()
        env = TransformedEnv(GymEnv("WaveBuoy-v0"), Compose(InitTracker()))
        env.append_transform(gru.make_tensordict_primer())
        env.set_seed(cfg.seed)
        self.collector = SyncDataCollector(env, self.policy, frames_per_batch=cfg.frames, total_frames=-1)
        self.stream = iter(self.collector)
        seed_weights = copy.deepcopy(dict(self.policy.state_dict()))
        self.members = [Member(mutate(seed_weights, 0.3)) for _ in range(cfg.members)]

    def trial(self, member: Member) -> float:
        self.policy.load_state_dict(member.weights)
        self.collector.reset()
        data = next(self.stream)
        return data["next", "reward"].mean().item()

    def generation(self, g: int) -> Member:
        for m in self.members:
            m.fitness = self.trial(m)
        self.members.sort(key=lambda m: m.fitness, reverse=True)
        elite = self.members[: self.cfg.parents]
        children = []
        for i in range(self.cfg.members - len(elite)):
            parent = elite[i % len(elite)]
            children.append(Member(mutate(parent.weights, self.cfg.sigma), lineage=parent.lineage + [g]))
        self.members = elite + children
        return elite[0]

    def close(self):
        self.collector.shutdown()


def main():
    cfg = Config()
    torch.manual_seed(cfg.seed)
    yard = Yard(cfg)
    for g in range(cfg.generations):
        best = yard.generation(g)
        print(f"generation {g:3d}  best {best.fitness:.4f}  depth {len(best.lineage)}")
    torch.save(best.weights, "buoy_best.pt")
    yard.close()


if __name__ == "__main__":
    main()

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import torch

from client import BuildingClient, LocalResult
from model import HeatDemandNet, Weights


@dataclass(frozen=True)
class FederationConfig:
    data_dir: Path
    rounds: int = 200
    participation: float = 0.5
    chunks_per_round: int = 60


def weighted_mean(results: list[LocalResult]) -> Weights:
    total = sum(r.n_samples for r in results)
    keys = results[0].weights.keys()
    return {k: sum(r.weights[k] * (r.n_samples / total) for r in results) for k in keys}


def run(cfg: FederationConfig) -> Weights:
    clients = [BuildingClient(f.stem, f) for f in sorted(cfg.data_dir.glob("*.npz"))]
    if not clients:
        raise SystemExit(f"no buildings in {cfg.data_dir}")
    server_model = HeatDemandNet()
    for rnd in range(cfg.rounds):
        k = max(1, int(cfg.participation * len(clients)))
        chosen = random.sample(clients, k)
        results: list[LocalResult] = []
        for c in chosen:
            c.receive(server_model.state_dict())
            results.append(c.train_round(cfg.chunks_per_round))
        server_model.load_state_dict(weighted_mean(results))
        mean_loss = sum(r.loss for r in results) / len(results)
        print(f"round {rnd:3d}  clients {k}  loss {mean_loss:.4f}")
    return server_model.state_dict()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path("heat_global.pt"))
    ns = parser.parse_args()
    torch.save(run(FederationConfig(ns.data_dir, ns.rounds)), ns.out)

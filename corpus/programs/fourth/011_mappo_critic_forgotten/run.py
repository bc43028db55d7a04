import argparse
import importlib

import numpy as np
import torch
import yaml

from mapbt.team import Team


def build_envs(cfg, seed):
    module, name = cfg["env"].split(":")
    return getattr(importlib.import_module(module), name)(n_envs=cfg["n_envs"], seed=seed, **cfg["env_kwargs"])


def exploit_and_explore(teams, rng, quarter=0.25):
    order = sorted(teams, key=lambda t: t.score)
    n = max(1, int(len(order) * quarter))
    for loser in order[:n]:
        winner = order[-1 - int(rng.integers(n))]
        loser.clone_from(winner)
        loser.explore()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("config")
    p.add_argument("--rounds", type=int, default=200)
    p.add_argument("--updates-per-round", type=int, default=25)
    args = p.parse_args()
    with open(args.config) as f:
        cfg = yaml.safe_load(f)
    rng = np.random.default_rng(cfg["seed"])
    torch.manual_seed(cfg["seed"])
    teams = [Team(cfg, build_envs(cfg, cfg["seed"] + i), rng) for i in range(cfg["population"])]
    for rnd in range(args.rounds):
        for team in teams:
            for _ in range(args.updates_per_round):
                team.update(*team.rollout())
        print(f"round {rnd}", " ".join(f"{t.score:.2f}" for t in teams))
        exploit_and_explore(teams, rng)
    best = max(teams, key=lambda t: t.score)
    torch.save({"actor": best.actor.state_dict(), "critic": best.critic.state_dict(), "hp": best.hp}, "best_team.pt")


if __name__ == "__main__":
    main()

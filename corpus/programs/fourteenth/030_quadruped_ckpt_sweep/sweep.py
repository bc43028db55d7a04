import csv
import re
import sys
from pathlib import Path

import torch
from omegaconf import OmegaConf
from rl_games.torch_runner import Runner

from go1_env import register_go1

PUSHES = (0.0, 0.5, 1.0)
STEPS_PER_PUSH = 2000


def checkpoints(run_dir: Path):
    found = []
    for f in (run_dir / "nn").glob("*_ep_*.pth"):
        m = re.search(r"_ep_(\d+)", f.name)
        found.append((int(m.group(1)), f))
    return [f for _, f in sorted(found)]


class Sweeper:
    """Goes through all checkpoints of a run with one environment and one player."""

    def __init__(self, run_dir: Path, n_envs: int):
        params = OmegaConf.to_container(OmegaConf.load(run_dir / "agent.yaml"))["params"]
        params["config"]["env_config"] = {"num_envs": n_envs, "push": 0.0}
        params["config"]["num_actors"] = n_envs
        register_go1()
        runner = Runner()
        runner.load({"params": params})
        self.player = runner.create_player()
        self.n_envs = n_envs
        self.sized = False

    def _begin(self):
        obs = self.player.env_reset(self.player.env)
        if not self.sized:
            self.player.get_batch_size(obs, self.n_envs)
            self.sized = True
        self.player.reset()
        if self.player.is_rnn:
            self.player.init_rnn()
        return obs

    @torch.no_grad()
    def run_push(self, push: float):
        p = self.player
        p.env.set_push(push)
        obs = self._begin()
        falls, total, speed = 0, 0.0, 0.0
        for _ in range(STEPS_PER_PUSH):
            act = p.get_action(obs, True)
            obs, rew, done, info = p.env_step(p.env, act)
            total += rew.mean().item()
            speed += float(info["forward_speed"].mean())
            falls += int(info["fallen"].sum())
            ids = done.nonzero(as_tuple=False).flatten()
            if p.is_rnn:
                for s in p.states:
                    s[:, ids, :] = s[:, ids, :] * 0.0
        return {
            "reward": total / STEPS_PER_PUSH,
            "speed": speed / STEPS_PER_PUSH,
            "falls_per_robot": falls / self.n_envs,
        }

    def run(self, ckpt: Path):
        self.player.restore(str(ckpt))
        for push in PUSHES:
            yield {"checkpoint": ckpt.stem, "push": push, **self.run_push(push)}


def main():
    run_dir = Path(sys.argv[1])
    sweeper = Sweeper(run_dir, n_envs=256)
    out = run_dir / "sweep.csv"
    with out.open("w", newline="") as f:
        writer = None
        for ckpt in checkpoints(run_dir):
            for row in sweeper.run(ckpt):
                if writer is None:
                    writer = csv.DictWriter(f, fieldnames=row.keys())
                    writer.writeheader()
                writer.writerow(row)
                f.flush()
                print(row)
    print("wrote", out)


if __name__ == "__main__":
    main()

"""Shows the robots of a run that is still training: picks up each new model_*.pt."""
import argparse
import time
from pathlib import Path

import torch
from rsl_rl.runners import OnPolicyRunner

from config import train_cfg
from hexapod import Hexapod


class Gauge:
    def __init__(self, n: int):
        self.ret = torch.zeros(n)
        self.done: list[float] = []

    def add(self, reward: torch.Tensor, dones: torch.Tensor) -> None:
        self.ret += reward
        for i in dones.nonzero().flatten().tolist():
            self.done.append(self.ret[i].item())
            self.ret[i] = 0.0

    def show(self, name: str) -> None:
        last = self.done[-50:]
        if last:
            print(f"{name}: {sum(last) / len(last):8.2f} over {len(last)} episodes")


def latest(run: Path):
    files = sorted(run.glob("model_*.pt"), key=lambda f: int(f.stem.split("_")[1]))
    return files[-1] if files else None


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("run", type=Path)
    ap.add_argument("--num-envs", type=int, default=16)
    ap.add_argument("--every", type=int, default=200)
    ap.add_argument("--fps", type=float, default=50.0)
    args = ap.parse_args()

    env = Hexapod(args.num_envs)
    runner = OnPolicyRunner(env, train_cfg(), log_dir=None, device="cpu")
    current = latest(args.run)
    while current is None:
        time.sleep(5)
        current = latest(args.run)
    runner.load(str(current), load_cfg={"actor": True})
    policy = runner.get_inference_policy(device="cpu")

    gauge = Gauge(args.num_envs)
    obs = env.get_observations()
    tick = 0
    while True:
        with torch.inference_mode():
            actions = policy(obs)
            obs, reward, dones, _ = env.step(actions)
            policy.reset(dones)
        gauge.add(reward, dones)
        tick += 1
        if tick % args.every == 0:
            gauge.show(current.stem)
            found = latest(args.run)
            if found != current:
                runner.load(str(found), load_cfg={"actor": True})
                current = found
        time.sleep(1.0 / args.fps)


if __name__ == "__main__":
    main()

"""Show the newest reach policy on the simulated arm while training runs elsewhere."""
import argparse
from pathlib import Path

import torch
from tensordict.nn import TensorDictModule as Mod
from tensordict.nn import TensorDictSequential as Seq
from torch import nn
from torchrl.envs import Compose, GymEnv, InitTracker, ObservationNorm, StepCounter, TransformedEnv
from torchrl.envs import CatTensors, DoubleToFloat
from torchrl.modules import LSTMModule


def make_env(name, render):
    base = GymEnv(name, render_mode="human" if render else None)
    return TransformedEnv(
        base,
        Compose(
            InitTracker(),
            StepCounter(),
            DoubleToFloat(),
            CatTensors(in_keys=["observation", "desired_goal"], out_key="flat", del_keys=False),
            ObservationNorm(loc=0.0, scale=1.0, in_keys=["flat"]),
        ),
    )


def make_policy(env, hidden=128):
    n_in = env.observation_spec["flat"].shape[-1]
    n_out = env.action_spec.shape[-1]
    embed = Mod(nn.Sequential(nn.Linear(n_in, hidden), nn.ELU()), in_keys=["flat"], out_keys=["embed"])
    lstm = LSTMModule(input_size=hidden, hidden_size=hidden, in_key="embed", out_key="core")
    head = Mod(nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, n_out), nn.Tanh()),
               in_keys=["core"], out_keys=["action"])
    env.append_transform(lstm.make_tensordict_primer())
    return Seq(embed, lstm, head)


def latest(folder):
    files = sorted(folder.glob("reach_*.pt"), key=lambda p: p.stat().st_mtime)
    return files[-1] if files else None


@torch.no_grad()
def watch(args):
    env = make_env(args.env, args.render)
    env.set_seed(args.seed)
    policy = make_policy(env).eval()
    shown = latest(args.folder)
    policy.load_state_dict(torch.load(shown, map_location="cpu"))

    td = env.reset()
    score, episodes = 0.0, 0
    for frame in range(args.frames):
        if frame % args.refresh == 0:
            newest = latest(args.folder)
            if newest != shown:
                policy.load_state_dict(torch.load(newest, map_location="cpu"))
                shown = newest
                print(f"[{frame}] now {shown.name}")
        td = policy(td)
        td, following = env.step_and_maybe_reset(td)
        score += td["next", "reward"].item()
        if td["next", "done"].item():
            episodes += 1
            print(f"episode {episodes}: {score:.2f} in {td['next', 'step_count'].item()} steps")
            score = 0.0
        td = following
    env.close()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--env", default="FetchReachDense-v2")
    ap.add_argument("--frames", type=int, default=100_000)
    ap.add_argument("--refresh", type=int, default=30)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--render", action="store_true")
    watch(ap.parse_args())

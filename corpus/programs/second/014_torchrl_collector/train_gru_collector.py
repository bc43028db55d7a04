"""PPO with a GRU through TorchRL; a second process writes better weights to a file now and then."""
import argparse
import copy
import csv
import os
import time
from pathlib import Path

import numpy as np
import torch
import tqdm
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.data import LazyTensorStorage, ReplayBuffer
from torchrl.data.replay_buffers.samplers import SliceSamplerWithoutReplacement
from torchrl.envs import Compose, GymEnv, InitTracker, ParallelEnv, RewardSum, StepCounter, TransformedEnv
from torchrl.envs.transforms import TensorDictPrimer
from torchrl.envs.utils import ExplorationType, set_exploration_type
from torchrl.modules import GRUModule, MLP, OneHotCategorical, ProbabilisticActor, ValueOperator
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE


class RunLog:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


class FileDrop:
    """A file that another process replaces; we look at its mtime."""

    def __init__(self, path):
        self.path = Path(path)
        self.mtime = self.path.stat().st_mtime if self.path.exists() else 0.0

    def fresh(self):
        if not self.path.exists():
            return False
        mtime = os.path.getmtime(self.path)
        if mtime <= self.mtime:
            return False
        self.mtime = mtime
        return True


def make_env(name, hidden):
    def base():
        return GymEnv(name)

    env = TransformedEnv(ParallelEnv(4, base), Compose(InitTracker(), StepCounter(), RewardSum()))
    env.append_transform(TensorDictPrimer({"recurrent_state": _spec(hidden)}, expand_specs=True))
    return env


def _spec(hidden):
    from torchrl.data import Unbounded

    return Unbounded(shape=(1, hidden))


def make_modules(obs_dim, n_actions, hidden, device):
    embed = TensorDictModule(
        MLP(in_features=obs_dim, out_features=hidden, num_cells=[hidden], activation_class=nn.ELU),
        in_keys=["observation"],
        out_keys=["embed"],
    )
    gru = GRUModule(
        input_size=hidden,
        hidden_size=hidden,
        in_keys=["embed", "recurrent_state", "is_init"],
        out_keys=["features", ("next", "recurrent_state")],
    )
    head = TensorDictModule(
        MLP(in_features=hidden, out_features=n_actions, num_cells=[hidden]), in_keys=["features"], out_keys=["logits"]
    )
    trunk = TensorDictSequential(embed, gru)
    policy = ProbabilisticActor(
        TensorDictSequential(trunk, head),
        in_keys=["logits"],
        out_keys=["action"],
        distribution_class=OneHotCategorical,
        return_log_prob=True,
    ).to(device)
    value = TensorDictSequential(
        trunk,
        ValueOperator(MLP(in_features=hidden, out_features=1, num_cells=[hidden]), in_keys=["features"]),
    ).to(device)
    return policy, value, gru


@torch.no_grad()
def evaluate(env, policy, steps=500):
    """One deterministic rollout per env, from a fresh reset."""
    with set_exploration_type(ExplorationType.DETERMINISTIC):
        td = env.rollout(steps, policy, auto_cast_to_device=True, break_when_any_done=False)
    done = td["next", "done"].squeeze(-1)
    if not done.any():
        return float(td["next", "episode_reward"][:, -1].mean())
    return float(td["next", "episode_reward"].squeeze(-1)[done].mean())


def lr_at(step, total, base, warmup=20):
    if step < warmup:
        return base * (step + 1) / warmup
    return base * max(0.05, 1.0 - step / total)


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--frames-per-batch", type=int, default=1024)
    ap.add_argument("--total-frames", type=int, default=2_000_000)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--slice", type=int, default=32)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--eval-every", type=int, default=50)
    ap.add_argument("--anneal", action="store_true")
    ap.add_argument("--max-grad-norm", type=float, default=0.5)
    ap.add_argument("--drop", default="exchange/best.pt")
    ap.add_argument("--out", default="gru_out")
    return ap.parse_args()


def main():
    args = parse()
    device = torch.device("cpu")
    out = Path(args.out)
    out.mkdir(exist_ok=True)
    env = make_env(args.env, args.hidden)
    obs_dim = env.observation_spec["observation"].shape[-1]
    n_actions = env.action_spec.shape[-1]
    policy, value, gru = make_modules(obs_dim, n_actions, args.hidden, device)

    with torch.no_grad():
        policy(env.reset())
        value(env.reset())

    collector = SyncDataCollector(
        env, policy, frames_per_batch=args.frames_per_batch, total_frames=args.total_frames, device=device
    )
    buffer = ReplayBuffer(
        storage=LazyTensorStorage(args.frames_per_batch),
        sampler=SliceSamplerWithoutReplacement(slice_len=args.slice, traj_key=("collector", "traj_ids")),
        batch_size=args.frames_per_batch // 4,
    )
    loss_module = ClipPPOLoss(policy, value, clip_epsilon=0.2, entropy_coeff=0.01, normalize_advantage=True)
    gae = GAE(gamma=0.99, lmbda=0.95, value_network=value)
    optim = torch.optim.Adam(loss_module.parameters(), lr=args.lr)
    drop = FileDrop(args.drop)
    eval_env = make_env(args.env, args.hidden)
    log = RunLog(out / "run.csv")
    n_batches = args.total_frames // args.frames_per_batch
    bar = tqdm.tqdm(total=args.total_frames)
    best = -np.inf
    started = time.time()

    for i, data in enumerate(collector):
        bar.update(data.numel())
        done = data["next", "done"].squeeze(-1)
        if done.any():
            mean_return = data["next", "episode_reward"][done].mean().item()
            bar.set_description(f"return {mean_return:.1f}")
            if mean_return > best:
                best = mean_return
                torch.save(policy.state_dict(), out / "mine.pt")

        if args.anneal:
            for group in optim.param_groups:
                group["lr"] = lr_at(i, n_batches, args.lr)
        with torch.no_grad():
            gae(data)
        sums = {"loss_objective": 0.0, "loss_critic": 0.0, "loss_entropy": 0.0}
        n_steps = 0
        for _ in range(args.epochs):
            buffer.extend(data.reshape(-1))
            for batch in buffer:
                losses = loss_module(batch.reshape(-1, args.slice))
                loss = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
                optim.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(loss_module.parameters(), args.max_grad_norm)
                optim.step()
                n_steps += 1
                for key in sums:
                    sums[key] += float(losses[key].detach())

        log.write(batch=i, frames=bar.n, best=float(best), lr=optim.param_groups[0]["lr"], **{k: v / max(1, n_steps) for k, v in sums.items()})
        if i % args.eval_every == args.eval_every - 1:
            frozen = copy.deepcopy(policy).eval()
            print(f"\n{i}: eval {evaluate(eval_env, frozen):.1f}")
            torch.save({"policy": policy.state_dict(), "optim": optim.state_dict(), "batch": i}, out / f"batch{i}.pt")

        if drop.fresh():
            incoming = torch.load(drop.path, map_location=device)
            policy.load_state_dict(incoming)
            collector.update_policy_weights_()
            print(f"\n{i}: took {drop.path} after {time.time() - started:.0f}s")

    collector.shutdown()
    bar.close()


if __name__ == "__main__":
    main()

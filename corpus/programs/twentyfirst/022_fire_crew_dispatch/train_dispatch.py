import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch.utils.tensorboard import SummaryWriter

from crews import CrewNet, Dispatcher
from fireline import FireSeason


def to_tensors(obs):
    return {c: torch.as_tensor(o, dtype=torch.float32) for c, o in obs.items()}


def play_fire(env, dispatcher, seed):
    """One fire from ignition to containment. Returns the trace of each crew and the rewards."""
    obs = to_tensors(env.reset(seed=seed))
    traces, rewards, contained = [], [], False
    dispatcher.detach()
    while not contained:
        tasks, trace = dispatcher.assign(obs)
        obs, reward, contained, info = env.step(tasks)
        obs = to_tensors(obs)
        traces.append(trace)
        rewards.append(float(reward))
        if len(rewards) >= 400:
            break
    return traces, rewards, info["hectares"]


def loss_of(traces, rewards, gamma, entropy_weight):
    g, returns = 0.0, []
    for r in reversed(rewards):
        g = r + gamma * g
        returns.append(g)
    returns = torch.tensor(returns[::-1])
    total = torch.zeros(())
    for crew in traces[0]:
        rows = [(t[crew], g) for t, g in zip(traces, returns) if crew in t]
        logp = torch.cat([row[0][0] for row in rows])
        value = torch.cat([row[0][1] for row in rows])
        ent = torch.cat([row[0][2] for row in rows])
        target = torch.stack([row[1] for row in rows])
        adv = target - value.detach()
        adv = adv / (adv.std() + 1e-6) if len(adv) > 1 else adv
        total = total - (logp * adv).mean() + 0.5 * F.mse_loss(value, target) - entropy_weight * ent.mean()
    return total / len(traces[0])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--fires", type=int, default=5000)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--gamma", type=float, default=0.995)
    ap.add_argument("--entropy", type=float, default=0.01)
    ap.add_argument("--region", default="sierra")
    ap.add_argument("--logdir", type=Path, default=Path("runs/dispatch"))
    args = ap.parse_args()

    env = FireSeason(region=args.region)
    net = CrewNet(env.obs_dim, env.n_tasks)
    opt = torch.optim.AdamW(net.parameters(), lr=args.lr)
    tb = SummaryWriter(args.logdir)
    dispatcher = Dispatcher(net, env.crews)
    smooth = None

    for fire in range(args.fires):
        traces, rewards, hectares = play_fire(env, dispatcher, seed=fire)
        loss = loss_of(traces, rewards, args.gamma, args.entropy)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        smooth = hectares if smooth is None else 0.98 * smooth + 0.02 * hectares
        tb.add_scalar("fire/hectares", hectares, fire)
        tb.add_scalar("fire/return", sum(rewards), fire)
        tb.add_scalar("train/loss", loss.item(), fire)
        if fire % 100 == 0:
            print(f"fire {fire:5d}: {smooth:9.1f} ha")
            torch.save(net.state_dict(), args.logdir / "crewnet.pt")


if __name__ == "__main__":
    main()

import argparse
import pathlib

import torch

from accompanist import Accompanist
from band import Melodies


def save(path, net, opt, it):
    tmp = path.with_suffix(".tmp")
    torch.save({"net": net.state_dict(), "opt": opt.state_dict(), "it": it}, tmp)
    tmp.rename(path)


def rollout(net, band, heard, beats):
    logps, tastes, ents, rewards, dones = [], [], [], [], []
    net.cut()
    for _ in range(beats):
        dist, taste = net(heard)
        chord = dist.sample()
        heard, reward, done = band.step(chord)
        net.finish(done)
        logps.append(dist.log_prob(chord))
        tastes.append(taste)
        ents.append(dist.entropy())
        rewards.append(reward)
        dones.append(done.float())
    return heard, [torch.stack(z) for z in (logps, tastes, ents, rewards, dones)]


def returns(rewards, dones, tail, gamma):
    out = torch.empty_like(rewards)
    for t in range(len(rewards) - 1, -1, -1):
        tail = rewards[t] + gamma * tail * (1 - dones[t])
        out[t] = tail
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--players", type=int, default=32)
    ap.add_argument("--beats", type=int, default=32)
    ap.add_argument("--iters", type=int, default=30000)
    ap.add_argument("--ckpt", type=pathlib.Path, default=pathlib.Path("accompanist.pt"))
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    torch.manual_seed(args.seed)
    band = Melodies(args.players, seed=args.seed)
    net = Accompanist(band.NOTES + band.CHORDS, band.CHORDS, args.players)
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    first = 0
    if args.ckpt.exists():
        ck = torch.load(args.ckpt, map_location="cpu")
        net.load_state_dict(ck["net"])
        opt.load_state_dict(ck["opt"])
        first = ck["it"] + 1

    heard = band.reset()
    for it in range(first, args.iters):
        heard, (logps, tastes, ents, rewards, dones) = rollout(net, band, heard, args.beats)
        target = returns(rewards, dones, tastes[-1].detach(), 0.9)
        adv = target - tastes
        loss = (-logps * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ents).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if it % 50 == 0:
            print(f"{it:6d}  {rewards.mean().item():+.3f}", flush=True)
            save(args.ckpt, net, opt, it)


if __name__ == "__main__":
    main()

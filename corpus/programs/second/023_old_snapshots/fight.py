import argparse
import collections
import logging
from pathlib import Path

import numpy as np
import torch
from torch.distributions import Categorical

from sparring.field import Field
from sparring.net import Fighter
from sparring.partner import Partner
from sparring.rating import EloTable

log = logging.getLogger("fight")


def save(net, folder, step):
    folder.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": net.state_dict(), "header": {"step": step, "temperature": 1.0}}, folder / f"s{step:09d}.pt")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--fields", type=int, default=16)
    ap.add_argument("--steps", type=int, default=32)
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--rotate", type=int, default=20)
    ap.add_argument("--save-every", type=int, default=200)
    ap.add_argument("--folder", type=Path, default=Path("snapshots"))
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    fields = [Field(seed=i) for i in range(args.fields)]
    net = Fighter(Field.OBS, Field.ACTIONS)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    partner = Partner(Field.OBS, Field.ACTIONS, args.fields, args.folder)
    table = EloTable()
    recent = collections.deque(maxlen=200)
    hc = net.zeros(args.fields)
    pairs = [f.reset() for f in fields]
    left, right = np.stack([p[0] for p in pairs]), np.stack([p[1] for p in pairs])

    for update in range(args.updates):
        if update % args.rotate == 0:
            partner.rotate()
        hc = tuple(x.detach() for x in hc)
        logps, values, rewards, dones, ents = [], [], [], [], []
        for _ in range(args.steps):
            logits, value, hc = net(torch.as_tensor(left), hc)
            dist = Categorical(logits=logits)
            action = dist.sample()
            reply = partner.reply(right)
            reward, done = np.zeros(args.fields, np.float32), np.zeros(args.fields, np.float32)
            for i, field in enumerate(fields):
                (l, r), reward[i], ended, _ = field.step(int(action[i]), int(reply[i]))
                if ended:
                    done[i] = 1.0
                    recent.append(reward[i])
                    table.record("me", partner.name, 0.5 + 0.5 * reward[i])
                    l, r = field.reset()
                    partner.over(i)
                left[i], right[i] = l, r
            keep = torch.as_tensor(1.0 - done).unsqueeze(-1)
            hc = tuple(x * keep for x in hc)
            for store, x in zip((logps, values, rewards, dones, ents), (dist.log_prob(action), value, torch.tensor(reward), torch.tensor(done), dist.entropy())):
                store.append(x)
        with torch.no_grad():
            _, ret, _ = net(torch.as_tensor(left), hc)
        loss = 0.0
        for t in reversed(range(args.steps)):
            ret = rewards[t] + args.gamma * ret * (1 - dones[t])
            adv = ret - values[t]
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logps[t] - 0.01 * ents[t]).mean()
        opt.zero_grad()
        (loss / args.steps).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if update % args.save_every == 0:
            save(net, args.folder, update)
            log.info("%d score %.3f elo %.0f vs %s", update, np.mean(recent) if recent else 0.0, table.rating("me"), partner.name)


if __name__ == "__main__":
    main()

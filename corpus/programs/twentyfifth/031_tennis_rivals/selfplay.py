import argparse
import random

import torch

from court import Courts
from nets import RacketNet


class SelfPlay:
    def __init__(self, args):
        self.args = args
        self.courts = Courts(args.courts)
        self.player = RacketNet()
        self.rival = RacketNet()
        self.rival.load_state_dict(self.player.state_dict())
        self.rival.requires_grad_(False)
        self.opt = torch.optim.RMSprop(self.player.parameters(), lr=args.lr)
        self.pool = [self.freeze()]
        self.h_player = self.player.start(args.courts)
        self.h_rival = self.rival.start(args.courts)
        self.near, self.far = self.courts.observe()
        self.points = [0, 0]

    def freeze(self):
        return {k: v.detach().clone() for k, v in self.player.state_dict().items()}

    def draw_rival(self):
        # half of the time the newest one, otherwise anybody from the past
        weights = self.pool[-1] if random.random() < 0.5 else random.choice(self.pool)
        self.rival.load_state_dict(weights)

    def rollout(self):
        logps, values, rewards, masks, ents = [], [], [], [], []
        h = self.h_player.detach()
        for _ in range(self.args.horizon):
            dist, value, h = self.player(self.near, h)
            action = dist.sample()
            with torch.no_grad():
                other, _, self.h_rival = self.rival(self.far, self.h_rival)
                reply = other.sample()
            self.near, self.far, reward, done = self.courts.step(action, reply)
            logps.append(dist.log_prob(action))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(reward)
            masks.append((~done).float())
            h = h * masks[-1][:, None]
            if done.any():
                self.points[0] += int((reward > 0).sum())
                self.points[1] += int((reward < 0).sum())
                self.draw_rival()
                self.h_rival[done] = 0.0
        self.h_player = h
        with torch.no_grad():
            ret = self.player(self.near, h)[1]
        returns = []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + 0.99 * m * ret
            returns.insert(0, ret)
        return torch.stack(logps), torch.stack(values), torch.stack(returns), torch.stack(ents)

    def update(self):
        logp, value, ret, ent = self.rollout()
        adv = ret - value
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.player.parameters(), 0.5)
        self.opt.step()
        return loss.item()

    def run(self):
        for it in range(self.args.iters):
            loss = self.update()
            if it % self.args.snapshot_every == 0:
                self.pool.append(self.freeze())
                self.pool = self.pool[-self.args.pool_size:]
            if it % 50 == 0:
                print(f"{it:6d} loss {loss:.3f} points {self.points[0]}:{self.points[1]}")
                self.points = [0, 0]
        torch.save(self.player.state_dict(), self.args.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--courts", type=int, default=32)
    p.add_argument("--horizon", type=int, default=40)
    p.add_argument("--iters", type=int, default=5000)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--snapshot-every", type=int, default=100)
    p.add_argument("--pool-size", type=int, default=20)
    p.add_argument("--out", default="racket.pt")
    SelfPlay(p.parse_args()).run()

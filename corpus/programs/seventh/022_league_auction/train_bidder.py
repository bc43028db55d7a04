"""Fictitious self-play for sequential auctions with a recurrent bidder."""
import random
from pathlib import Path

import torch
from torch import nn
from torch.distributions import Categorical

from auction import SequentialAuction

STEPS = 1_000_000
UNROLL = 40
SWAP_PERIOD = 2_000
SNAPSHOT_PERIOD = 20_000
GAMMA = 0.995


class BidderNet(nn.Module):
    def __init__(self, obs_dim, levels, width=64):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(obs_dim, width)
        self.bid = nn.Linear(width, levels)
        self.value = nn.Linear(width, 1)

    def forward(self, obs, mem):
        mem = self.gru(obs, mem)
        return Categorical(logits=self.bid(mem)), self.value(mem).squeeze(-1), mem


class Rival:
    """The bidder on the other side. A new set of weights waits until the running auction is over."""

    def __init__(self, obs_dim, levels):
        self.net = BidderNet(obs_dim, levels)
        self.mem = torch.zeros(1, self.net.width)
        self.pending = None
        self.name = "initial"

    def request(self, path):
        self.pending = path

    def new_auction(self):
        if self.pending is not None:
            self.net.load_state_dict(torch.load(self.pending))
            self.name = self.pending.stem
            self.pending = None
        self.mem = torch.zeros(1, self.net.width)

    @torch.no_grad()
    def bid(self, obs):
        dist, _, self.mem = self.net(torch.from_numpy(obs).unsqueeze(0), self.mem)
        return dist.sample().item()


def a2c_loss(logps, values, rewards, conts, entropies, bootstrap):
    ret, targets = bootstrap, []
    for r, c in zip(reversed(rewards), reversed(conts)):
        ret = r + GAMMA * c * ret
        targets.insert(0, ret)
    targets, values = torch.cat(targets), torch.cat(values)
    adv = targets - values.detach()
    return (-(torch.cat(logps) * adv).mean() + 0.5 * (targets - values).pow(2).mean()
            - 0.02 * torch.cat(entropies).mean())


def main(folder="bidder_pool"):
    pool = Path(folder)
    pool.mkdir(exist_ok=True)
    env = SequentialAuction()
    net = BidderNet(env.obs_dim, env.levels)
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    rival = Rival(env.obs_dim, env.levels)
    torch.save(net.state_dict(), pool / "step_0.pt")
    rival.request(pool / "step_0.pt")

    rival.new_auction()
    mine, theirs = env.reset()
    mem = torch.zeros(1, net.width)
    margin, logps, values, rewards, conts, entropies = 0.0, [], [], [], [], []

    for step in range(1, STEPS + 1):
        dist, value, mem = net(torch.from_numpy(mine).unsqueeze(0), mem)
        bid = dist.sample()
        (mine, theirs), gain, over = env.step((bid.item(), rival.bid(theirs)))
        logps.append(dist.log_prob(bid))
        entropies.append(dist.entropy())
        values.append(value)
        rewards.append(gain)
        conts.append(0.0 if over else 1.0)

        if over:
            margin = 0.99 * margin + 0.01 * float(env.won[0] - env.won[1])
            rival.new_auction()
            mine, theirs = env.reset()
            mem = torch.zeros(1, net.width)

        if len(rewards) == UNROLL:
            with torch.no_grad():
                _, bootstrap, _ = net(torch.from_numpy(mine).unsqueeze(0), mem)
            loss = a2c_loss(logps, values, rewards, conts, entropies, bootstrap)
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
            mem = mem.detach()
            logps, values, rewards, conts, entropies = [], [], [], [], []

        if step % SNAPSHOT_PERIOD == 0:
            torch.save(net.state_dict(), pool / f"step_{step}.pt")
        if step % SWAP_PERIOD == 0:
            rival.request(random.choice(sorted(pool.glob("step_*.pt"))))
        if step % 10_000 == 0:
            print(f"step {step}: margin {margin:+.4f} against {rival.name}")


if __name__ == "__main__":
    main()

import argparse
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from playground import MOVES, Playground


class TeamQ(nn.Module):
    def __init__(self, obs_dim, n_act, width):
        super().__init__()
        self.width = width
        self.enc = nn.Linear(obs_dim, width)
        self.rec = nn.GRUCell(width, width)
        self.q = nn.Linear(width, n_act)

    def forward(self, obs, trail):
        trail = self.rec(F.relu(self.enc(obs)), trail)
        return self.q(trail), trail


class Team:
    """Online recurrent Q-learning for the two players of one side."""

    def __init__(self, obs_dim, args):
        self.args = args
        self.net = TeamQ(obs_dim, len(MOVES), args.width)
        self.target = copy.deepcopy(self.net)
        self.target.requires_grad_(False)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=args.lr)
        self.eps = 1.0

    def start(self, obs):
        self.obs = torch.from_numpy(obs)
        self.trail = torch.zeros(2, self.args.width)
        self.target_trail = self.target(self.obs, torch.zeros(2, self.args.width))[1]

    def act(self):
        self.qs, self.trail = self.net(self.obs, self.trail.detach())
        greedy = self.qs.argmax(1)
        coin = torch.rand(2) < self.eps
        self.chosen = torch.where(coin, torch.randint(len(MOVES), (2,)), greedy)
        return self.chosen.tolist()

    def learn(self, reward, obs, done):
        nxt = torch.from_numpy(obs)
        tq, self.target_trail = self.target(nxt, self.target_trail)
        goal = reward + self.args.gamma * (1.0 - float(done)) * tq.max(1).values
        loss = F.smooth_l1_loss(self.qs.gather(1, self.chosen.unsqueeze(1)).squeeze(1), goal)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.opt.step()
        self.blend()
        self.obs = nxt
        self.eps = max(0.05, self.eps - 1e-6)
        return loss.item()

    def blend(self):
        with torch.no_grad():
            for slow, fast in zip(self.target.parameters(), self.net.parameters()):
                slow.lerp_(fast, self.args.tau)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--width", type=int, default=64)
    ap.add_argument("--lr", type=float, default=2e-4)
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--tau", type=float, default=0.005)
    ap.add_argument("--games", type=int, default=50_000)
    args = ap.parse_args()

    ground = Playground()
    hiders, seekers = Team(ground.obs_dim, args), Team(ground.obs_dim, args)
    hidden_share = []
    for game in range(args.games):
        h, s = ground.reset()
        hiders.start(h)
        seekers.start(s)
        done, hid = False, 0
        while not done:
            (h, s), r, done = ground.step(hiders.act(), seekers.act())
            hiders.learn(r, h, done)
            seekers.learn(-r, s, done)
            hid += r > 0
        hidden_share.append(hid / (ground.length - 20))
        if game % 250 == 249:
            print(f"game {game + 1} hidden {sum(hidden_share[-250:]) / 250:.2f} eps {hiders.eps:.2f}")
            torch.save({"hide": hiders.net.state_dict(), "seek": seekers.net.state_dict()}, "hideseek.pt")


if __name__ == "__main__":
    main()

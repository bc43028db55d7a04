# Recurrent Q-learning without a replay memory: each step of the game is one step of learning.
import argparse
import collections
import random
import statistics

import torch
import torch.nn as nn

from runner_game import PitRunner


class GruQ(nn.Module):
    def __init__(self, n_in=6, n_hidden=48, n_out=3):
        super().__init__()
        self.gru = nn.GRUCell(n_in, n_hidden)
        self.out = nn.Sequential(nn.Linear(n_hidden, 48), nn.ReLU(), nn.Linear(48, n_out))
        self.n_hidden = n_hidden

    def blank(self):
        return torch.zeros(1, self.n_hidden)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.out(h)[0], h


def vec(features):
    return torch.tensor([features])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--frames", type=int, default=2_000_000)
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--sync", type=int, default=1000, help="frames between the target updates")
    ap.add_argument("--bptt", type=int, default=8)
    ap.add_argument("--eps-frames", type=int, default=300_000)
    args = ap.parse_args()

    game = PitRunner()
    net, target = GruQ(), GruQ()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.RMSprop(net.parameters(), lr=args.lr)
    scores = collections.deque(maxlen=100)

    obs = vec(game.reset())
    h, h_target = net.blank(), target.blank()
    with torch.no_grad():
        _, h_target = target(obs, h_target)
    loss, score, n_loss = 0.0, 0.0, 0
    for frame in range(1, args.frames + 1):
        eps = max(0.03, 1 - frame / args.eps_frames)
        q, h = net(obs, h)
        action = random.randrange(3) if random.random() < eps else int(q.argmax())
        features, reward, over = game.step(action)
        score += reward
        obs = vec(features)
        with torch.no_grad():
            q_next, h_target = target(obs, h_target)
        goal = reward if over else reward + args.gamma * q_next.max().item()
        loss = loss + (q[action] - goal) ** 2
        n_loss += 1

        if n_loss == args.bptt or over:
            opt.zero_grad()
            (loss / n_loss).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            opt.step()
            h = h.detach()
            loss, n_loss = 0.0, 0

        if over:
            scores.append(score)
            score = 0.0
            obs = vec(game.reset())
            h, h_target = net.blank(), target.blank()
            with torch.no_grad():
                _, h_target = target(obs, h_target)

        if frame % args.sync == 0:
            target.load_state_dict(net.state_dict())
        if frame % 20_000 == 0 and scores:
            print(f"{frame:8d} eps {eps:.2f} score {statistics.mean(scores):.2f}")

    torch.save(net.state_dict(), "pit_runner.pt")


if __name__ == "__main__":
    main()

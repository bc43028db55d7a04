"""DRQN for dynamic spectrum access. Keeps the weights of the best evaluation."""
import argparse
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F

from spectrum import SpectrumEnv

OBS = SpectrumEnv.CHANNELS + 1
ACTIONS = SpectrumEnv.CHANNELS


class DRQN(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.fc = nn.Linear(OBS, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.q = nn.Linear(hidden, ACTIONS)

    def forward(self, x, h=None):
        y, h = self.gru(F.relu(self.fc(x)), h)
        return self.q(y), h


def run_episode(env, net, eps):
    obs = env.reset()
    h = None
    done = False
    episode = {"obs": [obs], "act": [], "rew": []}
    while not done:
        with torch.no_grad():
            q, h = net(torch.tensor(obs).view(1, 1, -1), h)
        if random.random() < eps:
            action = random.randrange(ACTIONS)
        else:
            action = q.argmax().item()
        obs, reward, done = env.step(action)
        episode["obs"].append(obs)
        episode["act"].append(action)
        episode["rew"].append(reward)
    return episode


def train_step(net, target, optimizer, replay, batch_size, gamma):
    batch = random.sample(replay, batch_size)
    obs = torch.tensor([e["obs"] for e in batch])
    act = torch.tensor([e["act"] for e in batch])
    rew = torch.tensor([e["rew"] for e in batch])
    q, _ = net(obs[:, :-1])
    q = q.gather(2, act.unsqueeze(2)).squeeze(2)
    with torch.no_grad():
        next_q = target(obs)[0][:, 1:].max(dim=2).values
        next_q[:, -1] = 0.0
    loss = F.smooth_l1_loss(q, rew + gamma * next_q)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 10)
    optimizer.step()
    return loss.item()


def evaluate(net, episodes=20, seed=999):
    env = SpectrumEnv(seed=seed)
    totals = [sum(run_episode(env, net, eps=0.0)["rew"]) for _ in range(episodes)]
    return sum(totals) / len(totals)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=4000)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--gamma", type=float, default=0.9)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--eval-every", type=int, default=100)
    parser.add_argument("--target-every", type=int, default=50)
    parser.add_argument("--output", default="drqn_best.pt")
    args = parser.parse_args()

    random.seed(0)
    torch.manual_seed(0)
    env = SpectrumEnv(seed=0)
    net, target = DRQN(), DRQN()
    target.load_state_dict(net.state_dict())
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr)
    replay = deque(maxlen=1000)

    best_score = float("-inf")
    best_weights = None
    for ep in range(1, args.episodes + 1):
        eps = max(0.05, 1.0 - ep / (0.5 * args.episodes))
        replay.append(run_episode(env, net, eps))
        if len(replay) >= args.batch_size:
            for _ in range(4):
                loss = train_step(net, target, optimizer, replay, args.batch_size, args.gamma)
        if ep % args.target_every == 0:
            target.load_state_dict(net.state_dict())
        if ep % args.eval_every == 0:
            score = evaluate(net)
            print(f"episode {ep}: eval {score:.1f}, eps {eps:.2f}, loss {loss:.4f}")
            if score > best_score:
                best_score = score
                best_weights = net.state_dict()

    net.load_state_dict(best_weights)
    print(f"best eval {best_score:.1f}, again {evaluate(net):.1f}")
    torch.save(best_weights, args.output)


if __name__ == "__main__":
    main()

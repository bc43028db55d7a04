import argparse
import random
from collections import deque, namedtuple

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

Episode = namedtuple("Episode", "obs action reward terminal")


class DRQN(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=64):
        super().__init__()
        self.fc1 = nn.Linear(n_obs, n_hid)
        self.gru = nn.GRU(n_hid, n_hid, batch_first=True)
        self.fc2 = nn.Linear(n_hid, n_act)

    def forward(self, obs, h=None):
        y, h = self.gru(F.relu(self.fc1(obs)), h)
        return self.fc2(y), h


class Memory:
    def __init__(self, capacity):
        self.episodes = deque(maxlen=capacity)

    def push(self, o, steps):
        a, r, d = zip(*steps)
        self.episodes.append(Episode(torch.tensor(np.array(o)).float(), torch.tensor(a),
                                     torch.tensor(r).float(), torch.tensor(d).float()))

    def sample(self, n):
        eps = random.sample(self.episodes, n)
        lens = torch.tensor([len(e.action) for e in eps])
        mask = (torch.arange(int(lens.max()))[None] < lens[:, None]).float()
        return [pad_sequence(list(x), batch_first=True) for x in zip(*eps)] + [mask]

    def __len__(self):
        return len(self.episodes)


class Agent:
    def __init__(self, n_obs, n_act, args):
        self.args, self.n_act = args, n_act
        self.q = DRQN(n_obs, n_act)
        self.q_target = DRQN(n_obs, n_act)
        self.q_act = DRQN(n_obs, n_act)
        self.optim = torch.optim.Adam(self.q.parameters(), lr=args.lr)
        self.eps = 1.0
        self.sync_target()
        self.start_episode()

    def sync_target(self):
        self.q_target.load_state_dict(self.q.state_dict())

    def start_episode(self):
        self.q_act.load_state_dict(self.q.state_dict())
        self.hidden = None

    @torch.no_grad()
    def act(self, obs):
        q, self.hidden = self.q_act(torch.from_numpy(obs).float().view(1, 1, -1), self.hidden)
        self.eps = max(0.05, self.eps * 0.99995)
        if random.random() < self.eps:
            return random.randrange(self.n_act)
        return q.argmax().item()

    def update(self, memory):
        obs, act, rew, term, mask = memory.sample(self.args.batch)
        q_all, _ = self.q(obs[:, :-1])
        q = q_all.gather(2, act.unsqueeze(2)).squeeze(2)
        with torch.no_grad():
            best = self.q(obs)[0][:, 1:].argmax(2, keepdim=True)
            nxt = self.q_target(obs)[0][:, 1:].gather(2, best).squeeze(2)
            target = rew + self.args.gamma * (1 - term) * nxt
        loss = (F.smooth_l1_loss(q, target, reduction="none") * mask).sum() / mask.sum()
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.q.parameters(), 10)
        self.optim.step()
        return loss.item()


def visible(obs):
    return np.asarray([obs[0], obs[2]], dtype=np.float32)


def main():
    ap = argparse.ArgumentParser(description="DRQN on CartPole without velocities")
    ap.add_argument("--episodes", type=int, default=5000)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--target-every", type=int, default=500, help="in env steps")
    args = ap.parse_args()

    env = gym.make("CartPole-v1")
    agent, memory = Agent(2, 2, args), Memory(1000)
    steps, history = 0, deque(maxlen=50)
    for episode in range(args.episodes):
        obs, _ = env.reset()
        obs = visible(obs)
        agent.start_episode()
        seen, rows, done = [obs], [], False
        while not done:
            a = agent.act(obs)
            nxt, r, term, trunc, _ = env.step(a)
            done = term or trunc
            obs = visible(nxt)
            seen.append(obs)
            rows.append((a, r, term))
            steps += 1
            if len(memory) >= args.batch and steps % 4 == 0:
                agent.update(memory)
            if steps % args.target_every == 0:
                agent.sync_target()
        memory.push(seen, rows)
        history.append(len(rows))
        if episode % 25 == 0:
            print(f"ep {episode} steps {steps} mean {np.mean(history):.1f} eps {agent.eps:.3f}")


if __name__ == "__main__":
    main()

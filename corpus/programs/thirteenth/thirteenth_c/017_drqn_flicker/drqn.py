import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

GAMMA = 0.99
BATCH = 16
SEQ = 20
BURN_IN = 8
SYNC_EVERY = 500
EPISODES = 4000
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class FlickeringCartPole(gym.Wrapper):
    """With probability p the screen is black."""

    def __init__(self, env, p=0.4):
        super().__init__(env)
        self.p = p

    def _maybe(self, obs):
        return np.zeros_like(obs) if random.random() < self.p else obs

    def reset(self, **kw):
        obs, info = self.env.reset(**kw)
        return self._maybe(obs), info

    def step(self, a):
        obs, r, term, trunc, info = self.env.step(a)
        return self._maybe(obs), r, term, trunc, info


class DRQN(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.fc = nn.Linear(obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, n_actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, hidden=None):
        x, hidden = self.lstm(F.relu(self.fc(x)), hidden)
        adv = self.adv(x)
        return self.val(x) + adv - adv.mean(-1, keepdim=True), hidden


class EpisodeReplay:
    def __init__(self, capacity=800):
        self.episodes = deque(maxlen=capacity)

    def push(self, episode):
        if len(episode) > BURN_IN:
            self.episodes.append(episode)

    def sample(self):
        out = []
        for ep in random.choices(self.episodes, k=BATCH):
            start = random.randint(0, max(0, len(ep) - SEQ))
            out.append(ep[start : start + SEQ])
        n = max(len(s) for s in out)
        mask = torch.zeros(BATCH, n)
        obs = torch.zeros(BATCH, n + 1, len(out[0][0][0]))
        act = torch.zeros(BATCH, n, dtype=torch.long)
        rew, term = torch.zeros(BATCH, n), torch.zeros(BATCH, n)
        for i, s in enumerate(out):
            for t, (o, a, r, o2, d) in enumerate(s):
                obs[i, t], obs[i, t + 1] = torch.as_tensor(o), torch.as_tensor(o2)
                act[i, t], rew[i, t], term[i, t], mask[i, t] = a, r, d, 1.0
        mask[:, : min(BURN_IN, n - 1)] = 0
        return [x.to(DEVICE) for x in (obs, act, rew, term, mask)]


def learn(online, target, opt, replay):
    obs, act, rew, term, mask = replay.sample()
    q_all, _ = online(obs)
    with torch.no_grad():
        q_target, _ = target(obs)
        best = q_all[:, 1:].argmax(-1, keepdim=True)
        y = rew + GAMMA * (1 - term) * q_target[:, 1:].gather(-1, best).squeeze(-1)
    q = q_all[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
    loss = (mask * F.smooth_l1_loss(q, y, reduction="none")).sum() / mask.sum().clamp(min=1)
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(online.parameters(), 10.0)
    opt.step()
    return loss.item()


def main():
    env = FlickeringCartPole(gym.make("CartPole-v1"))
    dim, n_actions = env.observation_space.shape[0], env.action_space.n
    online, target = DRQN(dim, n_actions).to(DEVICE), DRQN(dim, n_actions).to(DEVICE)
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=5e-4)
    replay = EpisodeReplay()
    step = 0
    recent = deque(maxlen=50)
    for ep in range(EPISODES):
        obs, _ = env.reset()
        hidden = None
        eps = max(0.05, 1.0 - ep / 500)
        episode, done = [], False
        while not done:
            x = torch.as_tensor(obs, dtype=torch.float32, device=DEVICE).view(1, 1, -1)
            with torch.no_grad():
                q, hidden = online(x, hidden)
            a = random.randrange(n_actions) if random.random() < eps else q[0, 0].argmax().item()
            obs2, r, term, trunc, _ = env.step(a)
            episode.append((obs, a, r, obs2, float(term)))
            obs, done = obs2, term or trunc
            step += 1
            if len(replay.episodes) >= 50 and step % 4 == 0:
                learn(online, target, opt, replay)
            if step % SYNC_EVERY == 0:
                target.load_state_dict(online.state_dict())
        replay.push(episode)
        recent.append(len(episode))
        if ep % 25 == 0:
            print(f"episode {ep} steps {step} eps {eps:.2f} mean length {np.mean(recent):.1f}")
    torch.save(online.state_dict(), "drqn.pt")


if __name__ == "__main__":
    main()

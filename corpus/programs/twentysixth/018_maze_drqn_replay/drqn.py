import random

import torch
import torch.nn as nn

from maze import TMaze
from memory import EpisodeMemory


class QNet(nn.Module):
    def __init__(self, obs_dim=4, hidden=32, actions=TMaze.ACTIONS):
        super().__init__()
        self.lstm = nn.LSTM(obs_dim, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, obs, hc=None):
        y, hc = self.lstm(obs, hc)
        adv = self.adv(y)
        return self.val(y) + adv - adv.mean(-1, keepdim=True), hc


class DRQN:
    def __init__(self, lr=1e-3, gamma=0.98, sync_every=400):
        self.online, self.target = QNet(), QNet()
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.gamma, self.sync_every = gamma, sync_every
        self.updates = 0
        self.hc = None

    def start_episode(self):
        self.hc = None

    @torch.no_grad()
    def act(self, obs, eps):
        q, self.hc = self.online(torch.from_numpy(obs).view(1, 1, -1), self.hc)
        if random.random() < eps:
            return random.randrange(TMaze.ACTIONS)
        return int(q[0, 0].argmax())

    def update(self, batch):
        obs, act, rew, mask, cont = batch
        q, _ = self.online(obs)
        chosen = q[:, :-1].gather(2, act[..., None]).squeeze(2)
        with torch.no_grad():
            tq, _ = self.target(obs)
            best = q[:, 1:].argmax(2, keepdim=True)
            nxt = tq[:, 1:].gather(2, best).squeeze(2)
            y = rew + self.gamma * cont * nxt
        loss = (mask * (chosen - y) ** 2).sum() / mask.sum()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 5.0)
        self.opt.step()
        self.updates += 1
        if self.updates % self.sync_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return loss.item()


def main(episodes=8000, batch=32, warmup=200):
    env, agent, memory = TMaze(), DRQN(), EpisodeMemory(2000)
    wins = 0
    for ep in range(1, episodes + 1):
        o, done = env.reset(), False
        agent.start_episode()
        obs, act, rew = [o], [], []
        while not done:
            a = agent.act(o, eps=max(0.05, 1 - ep / 3000))
            o, r, done = env.step(a)
            obs.append(o)
            act.append(a)
            rew.append(r)
            if len(memory) >= warmup and len(act) % 4 == 0:
                agent.update(memory.sample(batch))
        wins += rew[-1] > 1
        memory.push(obs, act, rew, terminal=len(act) < 4 * env.length)
        if ep % 100 == 0:
            print(ep, "correct arm", wins, "/ 100")
            wins = 0


if __name__ == "__main__":
    main()

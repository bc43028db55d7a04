import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn

from arena import Arena


class AgentNet(nn.Module):
    def __init__(self, obs_shape, n_actions, rnn_dim=64):
        super().__init__()
        self.rnn_dim = rnn_dim
        self.fc1 = nn.Linear(obs_shape + n_actions, rnn_dim)
        self.rnn = nn.GRUCell(rnn_dim, rnn_dim)
        self.fc2 = nn.Linear(rnn_dim, n_actions)

    def forward(self, inputs, clue):
        clue = self.rnn(torch.relu(self.fc1(inputs)), clue)
        return self.fc2(clue), clue


class VDN:
    def __init__(self, env, lr=5e-4, gamma=0.98, target_update=100):
        self.env = env
        self.gamma = gamma
        self.target_update = target_update
        self.eval_net = AgentNet(env.obs_shape, env.n_actions)
        self.target_net = AgentNet(env.obs_shape, env.n_actions)
        self.target_net.load_state_dict(self.eval_net.state_dict())
        self.optimizer = torch.optim.RMSprop(self.eval_net.parameters(), lr=lr)
        self.eval_clue = None
        self.target_clue = None
        self.train_step = 0

    def init_clues(self, episodes):
        n = episodes * self.env.n_agents
        self.eval_clue = torch.zeros(n, self.eval_net.rnn_dim)
        self.target_clue = torch.zeros(n, self.target_net.rnn_dim)

    @torch.no_grad()
    def choose(self, obs, last, eps):
        x = torch.cat([torch.tensor(obs), last], dim=1)
        q, self.eval_clue = self.eval_net(x, self.eval_clue)
        best = q.argmax(1).tolist()
        return [random.randrange(self.env.n_actions) if random.random() < eps else a for a in best]

    def q_values(self, batch):
        episodes, length = batch["r"].shape
        evals, targets = [], []
        last = torch.zeros(episodes * self.env.n_agents, self.env.n_actions)
        for t in range(length + 1):
            x = torch.cat([batch["o"][:, t].flatten(0, 1), last], dim=1)
            q, self.eval_clue = self.eval_net(x, self.eval_clue)
            with torch.no_grad():
                tq, self.target_clue = self.target_net(x, self.target_clue)
            evals.append(q.view(episodes, self.env.n_agents, -1))
            targets.append(tq.view(episodes, self.env.n_agents, -1))
            if t < length:
                last = nn.functional.one_hot(batch["u"][:, t].flatten(), self.env.n_actions).float()
        return torch.stack(evals, 1), torch.stack(targets, 1)

    def learn(self, batch):
        self.init_clues(len(batch["r"]))
        q, tq = self.q_values(batch)
        chosen = q[:, :-1].gather(3, batch["u"].unsqueeze(3)).squeeze(3).sum(2)
        best = q[:, 1:].detach().argmax(3, keepdim=True)
        follow = tq[:, 1:].gather(3, best).squeeze(3).sum(2)
        goal = batch["r"] + self.gamma * (1 - batch["end"]) * follow
        error = (chosen - goal) * batch["mask"]
        loss = error.pow(2).sum() / batch["mask"].sum()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.eval_net.parameters(), 10)
        self.optimizer.step()
        self.train_step += 1
        if self.train_step % self.target_update == 0:
            self.target_net.load_state_dict(self.eval_net.state_dict())


def play(env, algo, eps):
    algo.init_clues(1)
    n, T = env.n_agents, env.limit
    ep = {"o": np.zeros((T + 1, n, env.obs_shape), np.float32), "u": np.zeros((T, n), np.int64),
          "r": np.zeros(T, np.float32), "end": np.zeros(T, np.float32), "mask": np.zeros(T, np.float32)}
    obs, done, t = env.reset(), False, 0
    last = torch.zeros(n, env.n_actions)
    while not done:
        acts = algo.choose(obs, last, eps)
        ep["o"][t], ep["u"][t] = obs, acts
        obs, ep["r"][t], done = env.step(acts)
        ep["end"][t], ep["mask"][t] = done, 1
        last = nn.functional.one_hot(torch.tensor(acts), env.n_actions).float()
        t += 1
    ep["o"][t] = obs
    return ep


if __name__ == "__main__":
    env = Arena()
    algo = VDN(env)
    memory = deque(maxlen=5000)
    eps, scores = 1.0, []
    for episode in range(100000):
        ep = play(env, algo, eps)
        memory.append(ep)
        scores.append(ep["r"].sum())
        eps = max(0.05, eps - 5e-5)
        if len(memory) >= 64:
            picks = random.sample(memory, 32)
            algo.learn({k: torch.from_numpy(np.stack([p[k] for p in picks])) for k in picks[0]})
        if episode % 500 == 0:
            print(episode, np.mean(scores[-500:]).round(2), round(eps, 2))
    torch.save(algo.eval_net.state_dict(), "seekers_vdn.pt")

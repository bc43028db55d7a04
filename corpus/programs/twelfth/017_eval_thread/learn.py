import logging
import threading
from types import SimpleNamespace

import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Categorical

from evaluator import Evaluator

cfg = SimpleNamespace(env="CartPole-v1", updates=8000, unroll=32, lr=7e-4, gamma=0.99, hidden=64)


class PositionsOnly(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        box = env.observation_space
        self.observation_space = gym.spaces.Box(box.low[[0, 2]], box.high[[0, 2]], dtype=box.dtype)

    def observation(self, obs):
        return obs[[0, 2]]


class PoleNet(nn.Module):
    def __init__(self, n_obs, n_act, hidden):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(n_obs, hidden)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def init_state(self, batch):
        return torch.zeros(batch, self.hidden), torch.zeros(batch, self.hidden)

    def step(self, obs, state):
        h, c = self.lstm(obs, state)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)


def make_env():
    return PositionsOnly(gym.make(cfg.env))


def tensor(obs):
    return torch.as_tensor(obs, dtype=torch.float32)[None]


def main():
    logging.basicConfig(level=logging.INFO, format="%(threadName)s %(message)s")
    env = make_env()
    net = PoleNet(2, env.action_space.n, cfg.hidden)
    opt = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    lock = threading.Lock()
    evaluator = Evaluator(net, lock, make_env)
    evaluator.start()

    obs, _ = env.reset()
    state = net.init_state(1)
    for update in range(cfg.updates):
        rows = []
        for _ in range(cfg.unroll):
            logits, value, state = net.step(tensor(obs), state)
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, reward, terminated, truncated, _ = env.step(action.item())
            over = terminated or truncated
            rows.append((dist.log_prob(action), dist.entropy(), value, reward, over))
            if over:
                obs, _ = env.reset()
                state = net.init_state(1)
        with torch.no_grad():
            ret = net.step(tensor(obs), state)[1]
        loss = torch.zeros(1)
        for logp, ent, value, reward, over in reversed(rows):
            ret = reward + cfg.gamma * ret * (not over)
            adv = ret - value
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent
        opt.zero_grad()
        (loss / cfg.unroll).sum().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        with lock:
            opt.step()
        state = tuple(s.detach() for s in state)

    evaluator.stop()
    torch.save({"net": net.state_dict(), "eval": evaluator.results}, "pole.pt")


if __name__ == "__main__":
    main()

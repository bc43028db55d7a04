import logging
import os

import gym
import numpy as np
import pfrl
import torch
from pfrl import agents
from torch import nn

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger("crawl")


class Crawler(gym.Env):
    """Small dark dungeon: find the key, then the stairs. Only the neighbour cells are visible."""

    N = 9

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)
        self.observation_space = gym.spaces.Box(0, 1, (11,), np.float32)
        self.action_space = gym.spaces.Discrete(4)

    def reset(self):
        self.walls = self.rng.rand(self.N, self.N) < 0.2
        cells = self.rng.permutation(self.N * self.N)[:3]
        self.me, self.key, self.stairs = [np.array(divmod(c, self.N)) for c in cells]
        for p in (self.me, self.key, self.stairs):
            self.walls[tuple(p)] = False
        self.has_key = False
        return self.look()

    def look(self):
        out = []
        for d in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            q = self.me + d
            out.append(float(not self.free(q)))
            out.append(float((q == self.key).all() and not self.has_key or (q == self.stairs).all()))
        return np.array(out + [self.me[0] / self.N, self.me[1] / self.N, self.has_key], dtype=np.float32)

    def free(self, q):
        return (q >= 0).all() and (q < self.N).all() and not self.walls[tuple(q)]

    def step(self, a):
        q = self.me + ((-1, 0), (1, 0), (0, -1), (0, 1))[a]
        if self.free(q):
            self.me = q
        r = -0.01
        if not self.has_key and (self.me == self.key).all():
            self.has_key, r = True, 1.0
        done = self.has_key and bool((self.me == self.stairs).all())
        return self.look(), r + 2.0 * done, done, {}


def make_agent(env):
    n = env.observation_space.shape[0]
    model = pfrl.nn.RecurrentSequential(
        nn.Linear(n, 64),
        nn.Tanh(),
        nn.LSTM(input_size=64, hidden_size=64),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(64, env.action_space.n), pfrl.policies.SoftmaxCategoricalHead()),
            nn.Linear(64, 1),
        ),
    )
    opt = torch.optim.Adam(model.parameters(), lr=3e-4, eps=1e-5)
    return agents.PPO(model, opt, gpu=-1, recurrent=True, update_interval=2048, minibatch_size=256, epochs=4, gamma=0.99)


def run_episode(env, agent, limit=200):
    obs = env.reset()
    total, t = 0.0, 0
    while True:
        obs, r, done, _ = env.step(agent.act(obs))
        total += r
        t += 1
        cut = t == limit
        agent.observe(obs, r, done, cut)
        if done or cut:
            return total


def evaluate(env, agent, n=20):
    with agent.eval_mode():
        return np.mean([run_episode(env, agent) for _ in range(n)])


def main(out="results/crawl", episodes=50000, every=500):
    os.makedirs(out, exist_ok=True)
    env, test_env = Crawler(seed=0), Crawler(seed=1)
    agent = make_agent(env)
    best_dir = os.path.join(out, "best")
    best = -np.inf
    for ep in range(1, episodes + 1):
        run_episode(env, agent)
        if ep % every == 0:
            score = evaluate(test_env, agent)
            logger.info("episode %d score %.3f %s", ep, score, agent.get_statistics())
            if score > best:
                best = score
                agent.save(best_dir)
            elif score < best - 1.0:
                logger.info("back to the best agent")
                agent.load(best_dir)
    agent.save(os.path.join(out, "final"))


if __name__ == "__main__":
    main()

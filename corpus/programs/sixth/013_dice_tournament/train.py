import random

import numpy as np
import torch

from drqn import Agent, Step
from liars_dice import LiarsDice

random.seed(5)
np.random.seed(5)
torch.manual_seed(5)

env = LiarsDice(np.random.default_rng(5))
agent = Agent(69, LiarsDice.n_actions)
EPISODES = 60_000

for ep in range(EPISODES):
    eps = max(0.05, 1 - ep / 20_000)
    env.new_game()
    st = [None, None]
    tape = [[], []]
    over = False
    while not over:
        w = env.turn
        x, lg = env.view(w), env.legal()
        a, st[w] = agent.choose(x, lg, st[w], eps)
        r, over = env.play(a)
        tape[w].append([x, lg, a, r, 0.0])
        if r and tape[1 - w]:
            tape[1 - w][-1][3] -= r
    for t in tape:
        if t:
            t[-1][4] = 1.0
            agent.remember([Step(*s) for s in t])
    agent.learn()
    if ep % 5000 == 4999:
        torch.save(agent.q.state_dict(), f"dice_{ep + 1}.pt")
        print(ep + 1, "saved, eps", round(eps, 2))

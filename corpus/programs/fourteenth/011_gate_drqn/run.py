from agent import Agent
from gates import GateRace

EPISODES = 3000
LEARN_EVERY = 4

env = GateRace()
agent = Agent(env.dim, len(env.actions))
steps = 0
for ep in range(EPISODES):
    obs = env.reset()
    agent.start_episode()
    total, crash, late = 0.0, False, False
    while not (crash or late):
        a = agent.act(obs, eps=max(0.05, 1 - steps / 200_000))
        nxt, r, crash, late = env.step(a)
        agent.record(obs, a, r, crash)
        obs = nxt
        total += r
        steps += 1
        if steps % LEARN_EVERY == 0:
            agent.learn()
    if ep % 10 == 0:
        print(ep, steps, round(total, 2))

import logging

import gymnasium as gym
import sinergym  # noqa: F401
import torch

from agent import HvacAgent

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("hvac")

FIT_EVERY, FIT_STEPS, WARMUP = 100, 20, 2_000


def normalise(obs, space):
    x = torch.as_tensor(obs, dtype=torch.float32)
    return torch.tanh(x / 50.0)


def main(runs=30):
    env = gym.make("Eplus-5zone-hot-discrete-v1")
    agent = HvacAgent(env.observation_space.shape[0], env.action_space.n)
    steps = 0
    for run in range(runs):
        obs, _ = env.reset()
        agent.begin_run()
        done, first, bill = False, 1.0, 0.0
        while not done:
            x = normalise(obs, env.observation_space)
            a = agent.act(x)
            obs, reward, term, trunc, _ = env.step(a)
            done = term or trunc
            agent.replay.add(x, agent.last[0], torch.tensor(-float(reward)), torch.tensor(first))
            first, steps, bill = 0.0, steps + 1, bill - reward
            if steps > WARMUP and steps % FIT_EVERY == 0:
                loss = agent.fit(FIT_STEPS)
                if agent.check(loss):
                    log.warning("step %d: loss %.3f, took the best model back", steps, loss)
        log.info("run %d cost %.1f", run, bill)


if __name__ == "__main__":
    main()

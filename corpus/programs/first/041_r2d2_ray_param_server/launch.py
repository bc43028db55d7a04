import sys

import gymnasium as gym
import ray

from r2d2.actor import Actor, ParamServer
from r2d2.learner import Learner, Replay

if __name__ == "__main__":
    env_id = sys.argv[1] if len(sys.argv) > 1 else "CartPole-v1"
    ray.init()
    ps, rep = ParamServer.remote(), Replay.remote()
    actors = [Actor.remote(i, 8, env_id, ps, rep) for i in range(8)]
    [a.run.remote() for a in actors]
    e = gym.make(env_id)
    Learner(e.observation_space.shape[0], e.action_space.n, ps, rep).loop(1_000_000)

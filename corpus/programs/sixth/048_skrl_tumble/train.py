import argparse
import pathlib
from collections import deque

import gymnasium as gym
import torch
from skrl.agents.torch.ppo import PPO_DEFAULT_CONFIG
from skrl.agents.torch.ppo import PPO_RNN as PPO
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.utils import set_seed

from models import Policy, Value
from satellite import Detumble

NUM_ENVS = 16
ROLLOUT = 64


def make_agent(env):
    spaces = (env.observation_space, env.action_space, env.device, NUM_ENVS)
    models = {"policy": Policy(*spaces), "value": Value(*spaces)}
    cfg = PPO_DEFAULT_CONFIG.copy()
    cfg.update(rollouts=ROLLOUT, learning_epochs=5, mini_batches=4, learning_rate=3e-4, entropy_loss_scale=1e-3)
    cfg["experiment"] = dict(cfg["experiment"], write_interval=0, checkpoint_interval=0)
    memory = RandomMemory(memory_size=ROLLOUT, num_envs=env.num_envs, device=env.device)
    return PPO(models=models, memory=memory, cfg=cfg, observation_space=env.observation_space,
               action_space=env.action_space, device=env.device)


class Best:
    """File of the best agent; goes back to it after `patience` bad looks in a row."""

    def __init__(self, path, patience):
        self.path, self.patience = path, patience
        self.value, self.bad = None, 0

    def look(self, agent, value):
        if self.value is None or value > self.value:
            self.value, self.bad = value, 0
            agent.save(str(self.path))
            return "saved"
        self.bad += 1
        if self.bad < self.patience:
            return "worse"
        self.bad = 0
        agent.load(str(self.path))
        return "back to best"


def train(timesteps, out):
    gym.register("Detumble-v0", entry_point=Detumble)
    env = wrap_env(gym.make_vec("Detumble-v0", num_envs=NUM_ENVS, vectorization_mode="sync"))
    agent = make_agent(env)
    agent.init()
    agent.set_running_mode("eval")
    best = Best(out / "best.pt", patience=6)
    recent = deque(maxlen=512)
    states, _ = env.reset()
    for t in range(timesteps):
        agent.pre_interaction(timestep=t, timesteps=timesteps)
        with torch.no_grad():
            actions = agent.act(states, timestep=t, timesteps=timesteps)[0]
            nxt, rewards, terminated, truncated, infos = env.step(actions)
            agent.record_transition(states=states, actions=actions, rewards=rewards, next_states=nxt,
                                    terminated=terminated, truncated=truncated, infos=infos,
                                    timestep=t, timesteps=timesteps)
        recent.append(rewards.mean().item())
        agent.post_interaction(timestep=t, timesteps=timesteps)
        if t and t % 512 == 0:
            mean = sum(recent) / len(recent)
            print(t, f"{mean:.4f}", best.look(agent, mean))
        states = nxt
    agent.save(str(out / "last.pt"))


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--timesteps", type=int, default=200_000)
    ap.add_argument("--out", type=pathlib.Path, default=pathlib.Path("tumble"))
    a = ap.parse_args()
    a.out.mkdir(exist_ok=True)
    set_seed(42)
    train(a.timesteps, a.out)

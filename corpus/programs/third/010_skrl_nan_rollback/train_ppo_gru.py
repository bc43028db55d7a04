import argparse
import logging

import gymnasium as gym
from skrl.agents.torch.ppo import PPO_DEFAULT_CONFIG
from skrl.agents.torch.ppo import PPO_RNN as PPO
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.resources.preprocessors.torch import RunningStandardScaler
from skrl.resources.schedulers.torch import KLAdaptiveRL
from skrl.utils import set_seed

from loop import Loop
from models import Policy, Value


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--num-envs", type=int, default=16)
    p.add_argument("--timesteps", type=int, default=200_000)
    p.add_argument("--lr", type=float, default=1e-3)
    args = p.parse_args()
    logging.basicConfig(level=logging.INFO)
    set_seed(7)
    env = wrap_env(gym.make_vec("Pendulum-v1", num_envs=args.num_envs, vectorization_mode="async"))
    device = env.device
    memory = RandomMemory(memory_size=256, num_envs=env.num_envs, device=device)
    models = {
        "policy": Policy(env.observation_space, env.action_space, device, num_envs=env.num_envs),
        "value": Value(env.observation_space, env.action_space, device, num_envs=env.num_envs),
    }
    cfg = PPO_DEFAULT_CONFIG.copy()
    cfg["rollouts"] = 256
    cfg["learning_epochs"] = 10
    cfg["mini_batches"] = 16
    cfg["discount_factor"] = 0.95
    cfg["learning_rate"] = args.lr
    cfg["learning_rate_scheduler"] = KLAdaptiveRL
    cfg["learning_rate_scheduler_kwargs"] = {"kl_threshold": 0.008}
    cfg["state_preprocessor"] = RunningStandardScaler
    cfg["state_preprocessor_kwargs"] = {"size": env.observation_space, "device": device}
    agent = PPO(
        models=models,
        memory=memory,
        cfg=cfg,
        observation_space=env.observation_space,
        action_space=env.action_space,
        device=device,
    )
    Loop(env, agent, args.timesteps, save_every=256, folder="good").run()


if __name__ == "__main__":
    main()

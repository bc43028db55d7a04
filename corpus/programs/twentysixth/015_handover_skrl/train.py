from collections import deque

import torch
from skrl.agents.torch.ppo import PPO_RNN
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.utils import set_seed

from cells_env import CellsEnv
from models import Policy, Value

STEPS = 400_000
ROLLOUTS = 512


def build(env):
    args = (env.observation_space, env.action_space, env.device)
    models = {"policy": Policy(*args), "value": Value(*args)}
    memory = RandomMemory(memory_size=ROLLOUTS, num_envs=env.num_envs, device=env.device)
    cfg = {"rollouts": ROLLOUTS, "learning_epochs": 6, "mini_batches": 4, "learning_rate": 3e-4,
           "entropy_loss_scale": 0.005, "discount_factor": 0.98}
    agent = PPO_RNN(models=models, memory=memory, observation_space=env.observation_space,
                    action_space=env.action_space, device=env.device, cfg=cfg)
    agent.init()
    agent.enable_training_mode(True)
    return agent


def main():
    set_seed(11)
    env = wrap_env(CellsEnv())
    agent = build(env)
    recent = deque(maxlen=20)
    best_mean, best_weights = float("-inf"), None

    obs, _ = env.reset()
    episode = 0.0
    for t in range(STEPS):
        agent.pre_interaction(timestep=t, timesteps=STEPS)
        with torch.no_grad():
            actions, _ = agent.act(obs, None, timestep=t, timesteps=STEPS)
            nxt, reward, terminated, truncated, info = env.step(actions)
            agent.record_transition(
                observations=obs, states=None, actions=actions, rewards=reward, next_observations=nxt,
                next_states=None, terminated=terminated, truncated=truncated, infos=info,
                timestep=t, timesteps=STEPS)
        agent.post_interaction(timestep=t, timesteps=STEPS)
        episode += reward.item()
        if (terminated | truncated).any():
            recent.append(episode)
            episode = 0.0
            nxt, _ = env.reset()
            mean = sum(recent) / len(recent)
            if len(recent) == recent.maxlen and mean > best_mean:
                best_mean = mean
                best_weights = agent.policy.state_dict()
                print(t, "new best", round(mean, 2))
        obs = nxt

    if best_weights is not None:
        torch.save({"policy": best_weights, "mean": best_mean}, "handover_best.pt")
    print("best mean return", best_mean)


if __name__ == "__main__":
    main()

import argparse
from collections import deque

import gymnasium as gym
import numpy as np
import torch
from skrl.agents.torch.ppo import PPO_DEFAULT_CONFIG
from skrl.agents.torch.ppo import PPO_RNN as PPO
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.resources.preprocessors.torch import RunningStandardScaler
from skrl.utils import set_seed

from exchange import Exchange
from recurrent_models import Actor, Critic


class HideVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        low, high = env.observation_space.low[:2], env.observation_space.high[:2]
        self.observation_space = gym.spaces.Box(low, high, dtype=np.float32)

    def observation(self, obs):
        return obs[:2]


def build(args):
    venv = gym.vector.SyncVectorEnv([lambda: HideVelocity(gym.make("Pendulum-v1")) for _ in range(args.num_envs)])
    env = wrap_env(venv)
    device = env.device
    memory = RandomMemory(memory_size=args.rollouts, num_envs=env.num_envs, device=device)
    models = {
        "policy": Actor(env.observation_space, env.action_space, device, env.num_envs),
        "value": Critic(env.observation_space, env.action_space, device, env.num_envs),
    }
    cfg = PPO_DEFAULT_CONFIG.copy()
    cfg.update(
        rollouts=args.rollouts,
        learning_epochs=8,
        mini_batches=4,
        discount_factor=0.95,
        learning_rate=args.lr,
        grad_norm_clip=0.5,
        state_preprocessor=RunningStandardScaler,
        state_preprocessor_kwargs={"size": env.observation_space, "device": device},
    )
    cfg["experiment"]["directory"] = f"runs/{args.worker}"
    cfg["experiment"]["write_interval"] = 500
    agent = PPO(models, memory=memory, cfg=cfg, observation_space=env.observation_space, action_space=env.action_space, device=device)
    return env, agent


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("worker")
    ap.add_argument("--root", default="exchange")
    ap.add_argument("--num-envs", type=int, default=8)
    ap.add_argument("--rollouts", type=int, default=128)
    ap.add_argument("--timesteps", type=int, default=500_000)
    ap.add_argument("--exchange-every", type=int, default=12_800)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--seed", type=int, default=None)
    args = ap.parse_args()
    set_seed(args.seed)

    env, agent = build(args)
    agent.init(trainer_cfg={"timesteps": args.timesteps})
    exchange = Exchange(args.root, args.worker)
    totals = torch.zeros(env.num_envs, device=env.device)
    finished = deque(maxlen=64)

    states, infos = env.reset()
    for timestep in range(args.timesteps):
        agent.pre_interaction(timestep=timestep, timesteps=args.timesteps)
        with torch.no_grad():
            actions = agent.act(states, timestep=timestep, timesteps=args.timesteps)[0]
            next_states, rewards, terminated, truncated, infos = env.step(actions)
            agent.record_transition(
                states=states,
                actions=actions,
                rewards=rewards,
                next_states=next_states,
                terminated=terminated,
                truncated=truncated,
                infos=infos,
                timestep=timestep,
                timesteps=args.timesteps,
            )
        agent.post_interaction(timestep=timestep, timesteps=args.timesteps)
        totals += rewards.squeeze(-1)
        over = (terminated | truncated).squeeze(-1)
        finished.extend(totals[over].tolist())
        totals[over] = 0.0
        states = next_states

        if timestep and timestep % args.exchange_every == 0 and len(finished) > 16:
            score = float(np.mean(finished))
            name, best = exchange.best()
            if name is not None and name != args.worker and best > score + 50.0:
                agent.load(exchange.file(name))
                print(f"[{args.worker}] {timestep}: takes {name} ({best:.0f} > {score:.0f})")
            else:
                exchange.put(agent, score)
                print(f"[{args.worker}] {timestep}: {score:.0f}")
    agent.save(f"{args.worker}_final.pt")


if __name__ == "__main__":
    main()

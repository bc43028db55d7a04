import argparse
import os

import gymnasium as gym
import torch
import torch.nn as nn
from skrl.agents.torch.ppo import PPO_CFG, PPO_RNN
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import CategoricalMixin, DeterministicMixin, Model
from skrl.utils import set_seed

from swap_station import SwapStation


class GRUBase(Model):
    def setup(self, num_envs, hidden, length, n_out):
        self.num_envs, self.hidden, self.length = num_envs, hidden, length
        self.gru = nn.GRU(self.num_observations, hidden, num_layers=1, batch_first=True)
        self.head = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, n_out))

    def get_specification(self):
        return {"rnn": {"sequence_length": self.length, "sizes": [(1, self.num_envs, self.hidden)]}}

    def run(self, inputs):
        x, past, over = inputs["observations"], inputs["rnn"][0], inputs.get("terminated")
        if not self.training:
            out, past = self.gru(x.unsqueeze(1), past)
            return self.head(out.squeeze(1)), {"rnn": [past]}
        x = x.view(-1, self.length, x.shape[-1])
        past = past.view(1, -1, self.length, self.hidden)[:, :, 0].contiguous()
        if inputs.get("truncated") is not None:
            over = over | inputs["truncated"]
        over = over.view(-1, self.length)
        outs = []
        for t in range(self.length):
            o, past = self.gru(x[:, t : t + 1], past)
            past = past * (~over[:, t]).float().view(1, -1, 1)
            outs.append(o)
        return self.head(torch.cat(outs, 1).flatten(0, 1)), {"rnn": [past]}


class Policy(CategoricalMixin, GRUBase):
    def __init__(self, env, hidden, length):
        Model.__init__(self, observation_space=env.observation_space, action_space=env.action_space, device=env.device)
        CategoricalMixin.__init__(self)
        self.setup(env.num_envs, hidden, length, self.num_actions)

    def compute(self, inputs, role=""):
        return self.run(inputs)


class Value(DeterministicMixin, GRUBase):
    def __init__(self, env, hidden, length):
        Model.__init__(self, observation_space=env.observation_space, action_space=env.action_space, device=env.device)
        DeterministicMixin.__init__(self)
        self.setup(env.num_envs, hidden, length, 1)

    def compute(self, inputs, role=""):
        return self.run(inputs)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--steps", type=int, default=200_000)
    ap.add_argument("--check", type=int, default=1_920)
    ap.add_argument("--best", default="runs/swap/best_agent.pt")
    args = ap.parse_args()
    set_seed(11)
    os.makedirs(os.path.dirname(args.best), exist_ok=True)

    env = wrap_env(gym.vector.SyncVectorEnv([SwapStation for _ in range(args.envs)]))
    cfg = PPO_CFG(rollouts=64, learning_epochs=5, mini_batches=4, learning_rate=5e-4, entropy_loss_scale=0.005)
    agent = PPO_RNN(
        models={"policy": Policy(env, 64, 16), "value": Value(env, 64, 16)},
        memory=RandomMemory(memory_size=64, num_envs=env.num_envs, device=env.device),
        cfg=cfg, observation_space=env.observation_space, action_space=env.action_space, device=env.device,
    )
    agent.init()
    agent.enable_training_mode(True)

    obs, _ = env.reset()
    best, gained = float("-inf"), 0.0
    for step in range(args.steps):
        agent.pre_interaction(timestep=step, timesteps=args.steps)
        with torch.no_grad():
            actions, _ = agent.act(obs, None, timestep=step, timesteps=args.steps)
            next_obs, rewards, terminated, truncated, infos = env.step(actions)
            agent.record_transition(
                observations=obs, states=None, actions=actions, rewards=rewards, next_observations=next_obs,
                next_states=None, terminated=terminated, truncated=truncated, infos=infos, timestep=step,
                timesteps=args.steps,
            )
        agent.post_interaction(timestep=step, timesteps=args.steps)
        obs = next_obs
        gained += rewards.mean().item()

        if (step + 1) % args.check == 0:
            print(f"{step + 1}: {gained:.1f} (best {best:.1f})")
            if gained > best:
                best = gained
                agent.save(args.best)
            elif gained < best - 30.0:
                agent.load(args.best)
            gained = 0.0


if __name__ == "__main__":
    main()

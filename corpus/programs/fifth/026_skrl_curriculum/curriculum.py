"""Ball-in-cup with a GRU policy in skrl; a longer string at each level.

When a level is left, the best weights of that level are taken, not the last ones.
"""
import argparse
import pathlib

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
from gymnasium import spaces
from skrl.agents.torch.ppo import PPO_DEFAULT_CONFIG, PPO_RNN
from skrl.envs.wrappers.torch import wrap_env
from skrl.memories.torch import RandomMemory
from skrl.models.torch import DeterministicMixin, GaussianMixin, Model
from skrl.utils import set_seed


class BallInCup(gym.vector.VectorEnv):
    def __init__(self, n, string=0.3):
        self.num_envs, self.string = n, string
        self.single_observation_space = self.observation_space = spaces.Box(-5, 5, (4,), np.float32)
        self.single_action_space = self.action_space = spaces.Box(-1, 1, (1,), np.float32)
        self.rng = np.random.default_rng(0)

    def _begin(self, idx):
        self.cup[idx], self.ball[idx], self.vel[idx], self.t[idx] = 0, -self.string, 0, 0

    def reset(self, *, seed=None, options=None):
        self.cup, self.ball, self.vel, self.t = (np.zeros(self.num_envs) for _ in range(4))
        self._begin(np.arange(self.num_envs))
        return self._obs(), {}

    def _obs(self):
        noise = self.rng.normal(0, 0.02, self.num_envs)
        return np.stack([self.cup, self.ball + noise, np.full(self.num_envs, self.string), self.t / 300], 1).astype(np.float32)

    def step(self, actions):
        self.cup += 0.05 * np.asarray(actions)[:, 0]
        self.vel -= 0.02
        self.ball += 0.02 * self.vel
        taut = self.cup - self.ball > self.string
        self.vel[taut] = np.maximum(self.vel[taut], 1.5)
        self.ball[taut] = self.cup[taut] - self.string
        self.t += 1
        caught = (np.abs(self.cup - self.ball) < 0.02) & (self.vel < 0)
        trunc = self.t >= 300
        reward = caught * 10.0 - 0.01
        over = caught | trunc
        if over.any():
            self._begin(np.flatnonzero(over))
        return self._obs(), reward, caught, trunc, {}


class Net(nn.Module):
    def __init__(self, n_in, n_out, hidden=64):
        super().__init__()
        self.gru = nn.GRU(n_in, hidden, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden, 64), nn.ELU(), nn.Linear(64, n_out))

    def forward(self, states, rnn_states, terminated, length, training):
        if not training:
            y, h = self.gru(states.view(-1, 1, states.shape[-1]), rnn_states)
            return self.out(y.flatten(0, 1)), h
        x = states.view(-1, length, states.shape[-1])
        h = rnn_states.view(1, -1, length, rnn_states.shape[-1])[:, :, 0, :].contiguous()
        over = torch.zeros(x.shape[:2], dtype=torch.bool) if terminated is None else terminated.view(-1, length).bool()
        outs = []
        for t in range(length):
            y, h = self.gru(x[:, t : t + 1], h)
            h = h * (~over[:, t]).view(1, -1, 1)
            outs.append(y)
        return self.out(torch.cat(outs, 1).flatten(0, 1)), h


class Policy(GaussianMixin, Model):
    def __init__(self, obs, act, device, num_envs, length=32):
        Model.__init__(self, obs, act, device)
        GaussianMixin.__init__(self, clip_actions=True)
        self.num_envs, self.length = num_envs, length
        self.net = Net(self.num_observations, self.num_actions)
        self.log_std = nn.Parameter(torch.zeros(self.num_actions))

    def get_specification(self):
        return {"rnn": {"sequence_length": self.length, "sizes": [(1, self.num_envs, 64)]}}

    def compute(self, inputs, role):
        y, h = self.net(inputs["states"], inputs["rnn"][0], inputs.get("terminated"), self.length, self.training)
        return torch.tanh(y), self.log_std, {"rnn": [h]}


class Value(DeterministicMixin, Model):
    def __init__(self, obs, act, device, num_envs, length=32):
        Model.__init__(self, obs, act, device)
        DeterministicMixin.__init__(self)
        self.num_envs, self.length = num_envs, length
        self.net = Net(self.num_observations, 1)

    def get_specification(self):
        return {"rnn": {"sequence_length": self.length, "sizes": [(1, self.num_envs, 64)]}}

    def compute(self, inputs, role):
        y, h = self.net(inputs["states"], inputs["rnn"][0], inputs.get("terminated"), self.length, self.training)
        return y, {"rnn": [h]}


def take_best(agent, path):
    agent.load(str(path))
    for group in (agent._rnn_initial_states, agent._rnn_final_states):
        for tensors in group.values():
            for t in tensors:
                t.zero_()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--envs", type=int, default=64)
    ap.add_argument("--levels", type=float, nargs="+", default=[0.3, 0.5, 0.8])
    ap.add_argument("--steps", type=int, default=64_000)
    ap.add_argument("--out", type=pathlib.Path, default=pathlib.Path("cup"))
    ns = ap.parse_args()
    ns.out.mkdir(exist_ok=True)
    set_seed(7)

    raw = BallInCup(ns.envs)
    env = wrap_env(raw)
    models = {
        "policy": Policy(env.observation_space, env.action_space, env.device, ns.envs),
        "value": Value(env.observation_space, env.action_space, env.device, ns.envs),
    }
    cfg = {**PPO_DEFAULT_CONFIG, "rollouts": 64, "learning_epochs": 4, "mini_batches": 4}
    cfg["experiment"] = {"write_interval": 0, "checkpoint_interval": 0, "directory": str(ns.out)}
    agent = PPO_RNN(
        models=models,
        memory=RandomMemory(memory_size=64, num_envs=ns.envs, device=env.device),
        cfg=cfg,
        observation_space=env.observation_space,
        action_space=env.action_space,
        device=env.device,
    )
    agent.init()
    agent.set_running_mode("train")

    states, infos = env.reset()
    total = ns.steps * len(ns.levels)
    best, window, t = -1e9, [], 0
    for level, string in enumerate(ns.levels):
        raw.string = string
        file = ns.out / f"level{level}.pt"
        for _ in range(ns.steps):
            agent.pre_interaction(timestep=t, timesteps=total)
            with torch.no_grad():
                actions = agent.act(states, timestep=t, timesteps=total)[0]
                nxt, rewards, terminated, truncated, infos = env.step(actions)
                agent.record_transition(states, actions, rewards, nxt, terminated, truncated, infos, t, total)
            agent.post_interaction(timestep=t, timesteps=total)
            window.append(float(rewards.mean()))
            states, t = nxt, t + 1
            if len(window) == 2000:
                score, window = sum(window) / 2000, []
                print(f"level {level}  step {t}  {score:.4f}")
                if score > best:
                    best = score
                    agent.save(str(file))
        if level + 1 < len(ns.levels) and file.exists():
            take_best(agent, file)
        best, window = -1e9, []


if __name__ == "__main__":
    main()

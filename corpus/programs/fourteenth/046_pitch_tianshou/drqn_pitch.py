from __future__ import annotations

import pprint
import sys

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Batch, Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.trainer import OffpolicyTrainer
from tianshou.utils.net.common import Recurrent


class PitchControl(gym.Env):
    """Above rated wind speed: keep the rotor speed by pitching the blades in a gusty wind."""

    STEPS = np.deg2rad([-1.0, 0.0, 1.0])

    def __init__(self, length: int = 500) -> None:
        self.length = length
        self.observation_space = gym.spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.mean = self.np_random.uniform(13, 22)
        self.gust, self.rotor, self.pitch, self.k = 0.0, 1.0, 0.1, 0
        return self._observe(), {}

    def _observe(self) -> np.ndarray:
        measured = self.rotor + self.np_random.normal(0, 0.02)
        return np.array([measured - 1.0, self.pitch, self.k / self.length], dtype=np.float32)

    def step(self, action):
        self.pitch = float(np.clip(self.pitch + self.STEPS[action], 0.0, 0.6))
        self.gust = 0.95 * self.gust + self.np_random.normal(0, 0.6)
        wind = self.mean + self.gust
        torque = (wind / 12) ** 2 * np.cos(2.2 * self.pitch) - self.rotor**2
        self.rotor += 0.03 * float(torque)
        self.k += 1
        over = self.rotor > 1.4
        reward = 1.0 - 8 * abs(self.rotor - 1.0) - 0.05 * (action != 1) - 20.0 * over
        return self._observe(), float(reward), bool(over), self.k >= self.length, {}


class BestKeeper:
    def __init__(self, path: str) -> None:
        self.path = path
        self.weights: dict[str, torch.Tensor] = {}

    def __call__(self, policy: DQNPolicy) -> None:
        self.weights = {k: v.detach().cpu().clone() for k, v in policy.state_dict().items()}
        torch.save(self.weights, self.path)


def exam(policy: DQNPolicy, winds: list[int]) -> dict[int, float]:
    """One greedy episode per seed."""
    env, scores = PitchControl(), {}
    policy.eval()
    policy.set_eps(0.0)
    for seed in winds:
        obs, _ = env.reset(seed=seed)
        state, total, over = None, 0.0, False
        while not over:
            with torch.no_grad():
                out = policy(Batch(obs=obs[None], info={}), state)
            state = out.state
            obs, reward, term, trunc, _ = env.step(int(out.act[0]))
            total += reward
            over = term or trunc
        scores[seed] = round(total, 2)
    return scores


def main() -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_envs = DummyVectorEnv([PitchControl for _ in range(10)])
    test_envs = DummyVectorEnv([PitchControl for _ in range(20)])
    net = Recurrent(layer_num=1, state_shape=3, action_shape=3, device=device, hidden_layer_size=96).to(device)
    policy = DQNPolicy(
        net, torch.optim.Adam(net.parameters(), lr=1e-3), discount_factor=0.98,
        estimation_step=4, target_update_freq=500,
    )
    buffer = VectorReplayBuffer(100_000, buffer_num=10, stack_num=8, ignore_obs_next=True)
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)
    policy.set_eps(1.0)
    train_collector.collect(n_step=8 * 64 * 10)

    keeper = BestKeeper(sys.argv[1] if len(sys.argv) > 1 else "pitch_best.pth")
    result = OffpolicyTrainer(
        policy, train_collector, test_collector,
        max_epoch=60, step_per_epoch=10_000, step_per_collect=50, update_per_step=0.1,
        episode_per_test=40, batch_size=128,
        train_fn=lambda epoch, step: policy.set_eps(max(0.05, 0.8 - step / 200_000)),
        test_fn=lambda epoch, step: policy.set_eps(0.0),
        save_best_fn=keeper,
    ).run()
    pprint.pprint(result)

    last = exam(policy, list(range(100, 130)))
    policy.load_state_dict(keeper.weights)
    best = exam(policy, list(range(100, 130)))
    print("last", np.mean(list(last.values())), "best", np.mean(list(best.values())))


if __name__ == "__main__":
    main()

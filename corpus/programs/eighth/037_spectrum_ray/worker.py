import numpy as np
import ray
import torch
from torch.distributions import Categorical

from network import RecurrentActorCritic


class SpectrumBand:
    """Secondary user picks a channel; the primary users hop with hidden Markov chains."""

    def __init__(self, channels, seed, horizon=500):
        self.channels = channels
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.stay = self.rng.uniform(0.7, 0.98, self.channels)
        self.busy = self.rng.random(self.channels) < 0.5
        self.t = 0
        return np.zeros(self.channels + 1, dtype=np.float32)

    def step(self, channel):
        hop = self.rng.random(self.channels) > self.stay
        self.busy = np.where(hop, ~self.busy, self.busy)
        success = not self.busy[channel]
        obs = np.zeros(self.channels + 1, dtype=np.float32)
        obs[channel] = 1.0
        obs[-1] = 1.0 if success else -1.0
        self.t += 1
        return obs, float(success), self.t >= self.horizon


@ray.remote(num_cpus=1)
class RolloutWorker:
    """Runs endless rollouts in fragments; the episode goes on in the next fragment."""

    def __init__(self, index, channels, n_envs):
        torch.set_num_threads(1)
        self.envs = [SpectrumBand(channels, seed=1000 * index + i) for i in range(n_envs)]
        self.net = RecurrentActorCritic(channels + 1, channels)
        self.obs = np.stack([env.reset() for env in self.envs])
        self.hidden = self.net.initial_state(n_envs)
        self.returns = np.zeros(n_envs)

    def sample(self, weights, fragment):
        self.net.load_state_dict(weights)
        start_hidden = self.hidden.clone()
        batch = {"obs": [], "actions": [], "rewards": [], "dones": []}
        finished = []
        for _ in range(fragment):
            obs = torch.as_tensor(self.obs)
            with torch.no_grad():
                logits, _, self.hidden = self.net(obs, self.hidden)
            actions = Categorical(logits=logits).sample().numpy()

            next_obs, rewards, dones = [], [], []
            for i, env in enumerate(self.envs):
                o, r, done = env.step(int(actions[i]))
                self.returns[i] += r
                if done:
                    finished.append(self.returns[i])
                    self.returns[i] = 0.0
                    o = env.reset()
                    self.hidden[i] = 0.0
                next_obs.append(o)
                rewards.append(r)
                dones.append(float(done))

            batch["obs"].append(self.obs)
            batch["actions"].append(actions)
            batch["rewards"].append(np.array(rewards, dtype=np.float32))
            batch["dones"].append(np.array(dones, dtype=np.float32))
            self.obs = np.stack(next_obs)

        batch = {key: np.stack(value) for key, value in batch.items()}
        batch["start_hidden"] = start_hidden.numpy()
        batch["last_obs"] = self.obs
        return batch, finished

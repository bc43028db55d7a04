import gymnasium as gym
import numpy as np
import ray
import torch

from nets import FarmNet


@ray.remote(num_cpus=1)
class RolloutActor:
    def __init__(self, actor_id, env_id, unroll_length):
        torch.set_num_threads(1)
        torch.manual_seed(actor_id)
        self.env = gym.make(env_id)
        self.unroll_length = unroll_length
        self.net = FarmNet(self.env.observation_space.shape[0], self.env.action_space.n)
        self.net.eval()
        self.obs, _ = self.env.reset(seed=actor_id)
        self.first = True
        self.state = self.net.initial_state()
        self.episode_return = 0.0

    def unroll(self, weights):
        """Play unroll_length steps with the newest weights and return the trajectory."""
        self.net.load_state_dict(weights)
        start_state = tuple(s.clone() for s in self.state)
        traj = {"obs": [], "first": [], "action": [], "reward": [], "done": [], "logits": []}
        finished = []
        for _ in range(self.unroll_length):
            obs = torch.as_tensor(self.obs, dtype=torch.float32).view(1, 1, -1)
            first = torch.tensor([[self.first]])
            with torch.no_grad():
                logits, _, self.state = self.net(obs, first, self.state)
            action = torch.distributions.Categorical(logits=logits[0, 0]).sample().item()
            traj["obs"].append(self.obs)
            traj["first"].append(self.first)
            traj["logits"].append(logits[0, 0].numpy())
            traj["action"].append(action)

            self.obs, reward, terminated, truncated, _ = self.env.step(action)
            done = terminated or truncated
            self.episode_return += reward
            traj["reward"].append(reward)
            traj["done"].append(done)
            self.first = done
            if done:
                finished.append(self.episode_return)
                self.episode_return = 0.0
                self.obs, _ = self.env.reset()
        traj["obs"].append(self.obs)
        traj["first"].append(self.first)
        traj = {k: np.asarray(v) for k, v in traj.items()}
        return traj, start_state, finished

import argparse

import numpy as np
import torch

from freeway_env import FreewayVec
from mappo import R_MAPPO, RampPolicy, SharedBuffer


class FreewayRunner:
    def __init__(self, args):
        self.args = args
        self.envs = FreewayVec(args.n_rollout_threads, seed=args.seed)
        self.num_agents = self.envs.n_ramps
        self.policy = RampPolicy(args, self.envs.obs_dim, self.envs.cent_obs_dim, self.envs.n_rates)
        self.trainer = R_MAPPO(args, self.policy)
        self.buffer = SharedBuffer(args, self.num_agents, self.envs.obs_dim, self.envs.cent_obs_dim)
        self.best = -np.inf

    def _merge(self, a):
        return a.reshape(-1, *a.shape[2:])

    def _split(self, x):
        x = x.detach().numpy()
        return x.reshape(self.args.n_rollout_threads, self.num_agents, *x.shape[1:])

    @torch.no_grad()
    def collect(self, step):
        b = self.buffer
        out = self.policy.get_actions(*(self._merge(a[step]) for a in (
            b.share_obs, b.obs, b.rnn_states, b.rnn_states_critic, b.masks)))
        return [self._split(o) for o in out]

    def run(self):
        obs, share_obs = self.envs.reset()
        self.buffer.obs[0], self.buffer.share_obs[0] = obs, share_obs
        for episode in range(self.args.num_episodes):
            for step in range(self.args.episode_length):
                values, actions, logp, rnn_states, rnn_states_critic = self.collect(step)
                obs, share_obs, rewards, dones = self.envs.step(actions[..., 0].astype(int))
                masks = np.ones((self.args.n_rollout_threads, self.num_agents, 1), dtype=np.float32)
                masks[dones] = 0.0
                self.buffer.insert(share_obs, obs, rnn_states, rnn_states_critic, actions, logp, values, rewards, masks)
            self.buffer.compute_returns(self.collect(-1)[0])
            mean = float(self.buffer.rewards.mean())
            if mean >= self.best:
                self.best = mean
                self.policy.save(self.args.best_path)
            self.trainer.train(self.buffer)
            self.buffer.after_update()
            if mean < self.best - self.args.patience:
                self.policy.restore(self.args.best_path)
                self.buffer.masks[0].fill(0.0)
            print("episode %4d  reward %.3f  best %.3f" % (episode, mean, self.best))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for name, default in dict(seed=1, n_rollout_threads=8, episode_length=120, num_episodes=2000, hidden_size=64, recurrent_N=1,
                              lr=5e-4, ppo_epoch=5, num_mini_batch=4, gamma=0.99, gae_lambda=0.95, patience=0.4,
                              best_path="ramp_best.pt").items():
        p.add_argument("--" + name, type=type(default), default=default)
    args = p.parse_args()
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    FreewayRunner(args).run()

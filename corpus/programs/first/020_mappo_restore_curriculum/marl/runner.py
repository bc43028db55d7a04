import os

import numpy as np
import torch

from .algo.r_policy import R_MAPPOPolicy


def _t2n(x):
    return x.detach().cpu().numpy()


class Runner:
    def __init__(self, config):
        self.args = config["all_args"]
        self.envs = config["envs"]
        self.num_agents = config["num_agents"]
        self.n_threads = self.args.n_rollout_threads
        self.T = self.args.episode_length
        self.policy = R_MAPPOPolicy(self.args, self.envs.obs_dim, self.envs.cent_dim, self.envs.act_dim)
        N, A, R, H = self.n_threads, self.num_agents, self.args.recurrent_N, self.args.hidden_size
        self.rnn_states = np.zeros((N * A, R, H), dtype=np.float32)
        self.rnn_states_critic = np.zeros_like(self.rnn_states)
        self.masks = np.ones((N * A, 1), dtype=np.float32)
        self.stage = 0
        if self.args.model_dir is not None:
            self.restore(self.args.model_dir)

    def restore(self, model_dir):
        self.policy.actor.load_state_dict(torch.load(os.path.join(model_dir, "actor.pt")))
        self.policy.critic.load_state_dict(torch.load(os.path.join(model_dir, "critic.pt")))

    @torch.no_grad()
    def collect(self):
        v, a, lp, rs, rsc = self.policy.get_actions(
            torch.from_numpy(self.cent_obs), torch.from_numpy(self.obs),
            torch.from_numpy(self.rnn_states), torch.from_numpy(self.rnn_states_critic), torch.from_numpy(self.masks))
        self.rnn_states, self.rnn_states_critic = _t2n(rs), _t2n(rsc)
        return _t2n(v), _t2n(a), _t2n(lp)

    def insert(self, dones):
        self.masks = np.ones_like(self.masks)
        self.masks[dones] = 0.0
        self.rnn_states[dones] = 0.0
        self.rnn_states_critic[dones] = 0.0

    def run(self):
        self.obs, self.cent_obs = self.envs.reset()
        n = int(self.args.num_env_steps) // self.T // self.n_threads
        for episode in range(n):
            rews = []
            for step in range(self.T):
                v, a, lp = self.collect()
                self.obs, self.cent_obs, r, dones, infos = self.envs.step(a)
                rews.append(r.mean())
                self.insert(dones)
            self.train()
            if self.args.curriculum and np.mean(rews) > self.args.promote_at:
                self.stage += 1
                self.envs.set_difficulty(self.stage)
                expert = os.path.join(self.args.expert_root, f"stage{self.stage}")
                if os.path.isdir(expert):
                    self.restore(expert)
            if episode % 25 == 0:
                print(episode, self.stage, np.mean(rews))

    def train(self):
        raise NotImplementedError

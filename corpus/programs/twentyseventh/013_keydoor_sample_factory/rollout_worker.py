import threading

import numpy as np
import torch

from env import KeyDoor
from model import ActorCritic


class RolloutWorker(threading.Thread):
    def __init__(self, idx, cfg, param_server, traj_queue, stop):
        super().__init__(daemon=True, name=f"rollout-{idx}")
        self.cfg = cfg
        self.param_server, self.traj_queue, self.stop = param_server, traj_queue, stop
        self.envs = [KeyDoor(seed=1000 * idx + i) for i in range(cfg.envs_per_worker)]
        self.actor_critic = ActorCritic().eval()
        self.policy_version = -1
        self.obs = np.stack([e.reset() for e in self.envs])
        self.rnn_states = torch.zeros(len(self.envs), self.actor_critic.rnn_size)

    def ensure_weights_updated(self):
        version, weights = self.param_server.fetch()
        if version > self.policy_version:
            self.actor_critic.load_state_dict(weights)
            self.policy_version = version

    @torch.no_grad()
    def advance_rollouts(self):
        traj = {k: [] for k in ("obs", "actions", "log_probs", "rewards", "dones")}
        traj["rnn_states"] = self.rnn_states.clone()
        for _ in range(self.cfg.rollout):
            out = self.actor_critic(torch.from_numpy(self.obs), self.rnn_states)
            dist = torch.distributions.Categorical(logits=out["action_logits"])
            actions = dist.sample()
            self.rnn_states = out["new_rnn_states"]
            next_obs, rewards, dones = [], [], []
            for i, env in enumerate(self.envs):
                o, r, d = env.step(actions[i].item())
                if d:
                    o = env.reset()
                    self.rnn_states[i] = 0
                next_obs.append(o)
                rewards.append(r)
                dones.append(float(d))
            traj["obs"].append(torch.from_numpy(self.obs))
            traj["actions"].append(actions)
            traj["log_probs"].append(dist.log_prob(actions))
            traj["rewards"].append(torch.tensor(rewards))
            traj["dones"].append(torch.tensor(dones))
            self.obs = np.stack(next_obs)
        out = {k: v if k == "rnn_states" else torch.stack(v) for k, v in traj.items()}
        out["last_obs"] = torch.from_numpy(self.obs)
        return out

    def run(self):
        while not self.stop.is_set():
            self.ensure_weights_updated()
            self.traj_queue.put(self.advance_rollouts())

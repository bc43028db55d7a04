import numpy as np
import torch


class RolloutBuffer:
    def __init__(self, length, threads, junctions, obs_dim, state_dim, width, gamma=0.98, lam=0.95):
        self.length, self.gamma, self.lam = length, gamma, lam

        def room(extra, n=length + 1):
            return np.zeros((n, threads, junctions, extra), dtype=np.float32)

        self.obs, self.state = room(obs_dim), room(state_dim)
        self.rnn_states_actor, self.rnn_states_critic = room(width), room(width)
        self.values, self.returns = room(1), room(1)
        self.phases, self.logp, self.rewards = room(1, length), room(1, length), room(1, length)
        self.masks = np.ones_like(self.values)
        self.t = 0

    def put(self, obs, state, ha, hc, phases, logp, values, rewards, masks):
        t = self.t
        self.phases[t], self.logp[t], self.values[t], self.rewards[t] = phases, logp, values, rewards
        self.obs[t + 1], self.state[t + 1], self.masks[t + 1] = obs, state, masks
        self.rnn_states_actor[t + 1], self.rnn_states_critic[t + 1] = ha, hc
        self.t = t + 1

    def finish(self, last_values):
        self.values[-1] = last_values
        adv = np.zeros_like(self.values[0])
        for t in range(self.length - 1, -1, -1):
            delta = self.rewards[t] + self.gamma * self.values[t + 1] * self.masks[t + 1] - self.values[t]
            adv = delta + self.gamma * self.lam * self.masks[t + 1] * adv
            self.returns[t] = adv + self.values[t]

    def roll_over(self):
        for a in (self.obs, self.state, self.rnn_states_actor, self.rnn_states_critic, self.masks):
            a[0] = a[-1]
        self.t = 0

    def chunks(self, size):
        starts = np.random.permutation(np.arange(0, self.length, size))
        adv = self.returns[:-1] - self.values[:-1]
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        for s in starts:
            part = slice(s, s + size)
            flat = [torch.from_numpy(x[part]).flatten(1, 2) for x in
                    (self.state, self.obs, self.masks, self.phases, self.logp, self.returns, adv)]
            first = [torch.from_numpy(x[s]).flatten(0, 1) for x in (self.rnn_states_actor, self.rnn_states_critic)]
            yield flat, first

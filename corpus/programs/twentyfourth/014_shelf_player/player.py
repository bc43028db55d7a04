import torch

import networks  # noqa: F401
from algo_factory import networks as factory


class BasePlayer:
    def __init__(self, params, env):
        self.params = params
        self.env = env
        self.n = env.num_robots
        self.network = factory.create(
            params["network"]["name"],
            inputs=env.num_obs,
            actions=env.num_actions,
            units=params["network"]["units"],
        )
        self.network.eval()
        self.is_rnn = self.network.is_rnn()
        self.states = None
        self.init_rnn()

    def init_rnn(self):
        if self.is_rnn:
            self.states = self.network.get_default_rnn_state(self.n)

    def restore(self, fn):
        self.set_full_state_weights(torch.load(fn, map_location="cpu"))

    def set_full_state_weights(self, checkpoint):
        self.set_weights(checkpoint["model"])
        self.init_rnn()

    def set_weights(self, weights):
        self.network.load_state_dict(weights)

    @torch.no_grad()
    def get_action(self, obs):
        logits, self.states = self.network({"obs": obs, "rnn_states": self.states})
        if self.params["deterministic"]:
            return logits.argmax(-1)
        return torch.distributions.Categorical(logits=logits).sample()

    def clear_done(self, done):
        if self.is_rnn and done.any():
            for s in self.states:
                s[:, done] = 0.0

    def run(self, steps, on_step):
        obs = self.env.reset()
        self.init_rnn()
        total = torch.zeros(self.n)
        for k in range(steps):
            obs, rew, done = self.env.step(self.get_action(obs))
            self.clear_done(done)
            total += rew
            on_step(k, total)
        return total / steps

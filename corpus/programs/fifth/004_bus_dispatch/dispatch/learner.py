import copy

import torch as th


class QLearner:
    def __init__(self, mac, args):
        self.mac = mac
        self.target_mac = copy.deepcopy(mac)
        self.args = args
        self.optimiser = th.optim.RMSprop(mac.parameters(), lr=args.lr, alpha=0.99)
        self.updates = 0

    def _unroll(self, mac, obs):
        mac.init_hidden(obs.shape[0])
        return th.stack([mac.forward(obs[:, t]) for t in range(obs.shape[1])], dim=1)

    def train(self, episodes):
        loss = 0.0
        for ep in episodes:
            obs = ep["obs"].float().unsqueeze(0)
            q = self._unroll(self.mac, obs)
            with th.no_grad():
                tq = self._unroll(self.target_mac, obs)
                tq[ep["avail"].unsqueeze(0) == 0] = -1e9
            chosen = q[:, :-1].gather(3, ep["actions"].unsqueeze(0).unsqueeze(-1)).squeeze(-1).sum(-1)
            best = tq[:, 1:].max(-1)[0].sum(-1)
            y = ep["reward"].float() + self.args.gamma * (1 - ep["terminated"].float()) * best
            loss = loss + (chosen - y.detach()).pow(2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        th.nn.utils.clip_grad_norm_(self.mac.parameters(), 10)
        self.optimiser.step()
        self.updates += 1
        if self.updates % self.args.target_interval == 0:
            self.target_mac.load_state(self.mac)

    def load_models(self, path):
        self.mac.load_models(path)
        self.target_mac.load_models(path)

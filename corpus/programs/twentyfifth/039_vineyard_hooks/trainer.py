import torch
from torch import nn
from torch.distributions import Categorical

from hooks import PrintScore, RestoreBest
from vineyard import Vineyard


class Irrigator(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.RNNCell(3, hidden)
        self.actor = nn.Linear(hidden, len(Vineyard.levels))
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, hx):
        hx = self.rnn(torch.as_tensor(obs).unsqueeze(0), hx)
        return Categorical(logits=self.actor(hx)), self.critic(hx).squeeze(), hx

    def zeros(self):
        return torch.zeros(1, self.hidden)


class Trainer:
    def __init__(self, policy, hooks, val_every=1000, n_rollout=30):
        self.policy = policy
        self.hooks = hooks
        self.val_every = val_every
        self.n_rollout = n_rollout
        self.opt = torch.optim.Adam(policy.parameters(), lr=1e-3)
        self.env = Vineyard()
        self.step_no = 0
        self.restart()

    def restart(self):
        self.obs = self.env.reset()
        self.hx = self.policy.zeros()
        self.buffer = []

    @torch.no_grad()
    def validate(self, seasons=5):
        total = 0.0
        for s in range(seasons):
            env = Vineyard(seed=1000 + s)
            obs, hx, done = env.reset(), self.policy.zeros(), False
            while not done:
                dist, _, hx = self.policy(obs, hx)
                obs, r, done = env.step(int(dist.probs.argmax()))
                total += r
        return total / seasons

    def learn(self):
        ret, loss = 0.0, 0.0
        for logp, value, r, done in reversed(self.buffer):
            ret = r + 0.98 * ret * (1 - done)
            adv = ret - value
            loss = loss - logp * adv.detach() + 0.5 * adv.pow(2)
        self.opt.zero_grad()
        (loss / len(self.buffer)).backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
        self.opt.step()
        self.buffer = []
        self.hx = self.hx.detach()

    def fit(self, steps):
        for self.step_no in range(1, steps + 1):
            dist, value, self.hx = self.policy(self.obs, self.hx)
            a = dist.sample()
            self.obs, r, done = self.env.step(int(a))
            self.buffer.append((dist.log_prob(a), value, r, float(done)))
            if done:
                self.obs = self.env.reset()
                self.hx = self.policy.zeros()
            if len(self.buffer) == self.n_rollout:
                self.learn()
            if self.step_no % self.val_every == 0:
                score = self.validate()
                restored = [hook.on_validation(self, score) for hook in self.hooks]
                if any(restored):
                    self.restart()
        for hook in self.hooks:
            hook.on_end(self)


if __name__ == "__main__":
    trainer = Trainer(Irrigator(), [PrintScore(), RestoreBest()])
    trainer.fit(200_000)
    torch.save(trainer.policy.state_dict(), "irrigator.pt")

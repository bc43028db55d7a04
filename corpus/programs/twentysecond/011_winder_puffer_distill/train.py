from dataclasses import dataclass

import torch

from policy import Distiller, LSTMWrapper
from winder import WinderVec


@dataclass
class Args:
    num_envs: int = 64
    horizon: int = 64
    epochs: int = 3000
    lr: float = 2.5e-4
    gamma: float = 0.99
    ent: float = 0.005
    promote_kl: float = 0.02


class Trainer:
    def __init__(self, a):
        self.a, self.lr = a, a.lr
        self.env = WinderVec(a.num_envs)
        self.policy = LSTMWrapper()
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=a.lr)
        self.obs = torch.from_numpy(self.env.reset())
        self.done = torch.zeros(a.num_envs)
        self.lstm_h = torch.zeros(a.num_envs, self.policy.hidden_size)
        self.lstm_c = torch.zeros(a.num_envs, self.policy.hidden_size)

    @torch.no_grad()
    def evaluate(self):
        O, A, R, D, L = [], [], [], [], []
        self.start = (self.lstm_h, self.lstm_c)
        for _ in range(self.a.horizon):
            keep = (1 - self.done).unsqueeze(-1)
            lg, _, (self.lstm_h, self.lstm_c) = self.policy(self.obs, (self.lstm_h * keep, self.lstm_c * keep))
            act = torch.distributions.Categorical(logits=lg).sample()
            O.append(self.obs), D.append(self.done), A.append(act), L.append(lg)
            obs, rew, done = self.env.step(act.numpy())
            self.obs, self.done = torch.from_numpy(obs), torch.from_numpy(done).float()
            R.append(torch.from_numpy(rew))
        return [torch.stack(x) for x in (O, A, R, D, L)]

    def train(self, obs, act, rew, done):
        logits, values = self.policy.unroll(obs, done, self.start)
        ret, rets = values[-1].detach(), []
        nxt = torch.cat([done[1:], self.done.unsqueeze(0)])
        for t in reversed(range(self.a.horizon)):
            ret = rew[t] + self.a.gamma * (1 - nxt[t]) * ret
            rets.insert(0, ret)
        adv = torch.stack(rets) - values
        d = torch.distributions.Categorical(logits=logits)
        loss = (0.5 * adv.pow(2) - d.log_prob(act) * adv.detach() - self.a.ent * d.entropy()).mean()
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.optimizer.step()
        return loss.item()


if __name__ == "__main__":
    args = Args()
    trainer = Trainer(args)
    distiller = Distiller(trainer.policy)
    for epoch in range(args.epochs):
        obs, act, rew, done, logits = trainer.evaluate()
        loss = trainer.train(obs, act, rew, done)
        distiller.fit(obs, done, trainer.start, logits)
        if epoch > 200 and distiller.kl < args.promote_kl:
            distiller.promote(trainer)
            print("student takes over at", epoch)
        if epoch % 20 == 0:
            print(epoch, f"rew {rew.mean():.3f} loss {loss:.3f} kl {distiller.kl:.4f}")

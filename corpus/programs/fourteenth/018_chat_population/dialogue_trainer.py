import random
from dataclasses import dataclass

import torch

from base_trainer import PopulationTrainer
from policy import ChatPolicy
from user_sim import BookingUser


@dataclass
class HParams:
    lr: float = 1e-3
    entropy: float = 0.02
    mishear: float = 0.05


class DialogueTrainer(PopulationTrainer):
    UNROLL = 16

    def __init__(self, uid):
        super().__init__(uid, HParams(lr=10 ** random.uniform(-4, -2)))
        self.user = BookingUser(self.hparams.mishear)
        self.policy = ChatPolicy(self.user.n_obs, self.user.n_acts)
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=self.hparams.lr)
        self.call_in()

    def call_in(self):
        self.frame = self.user.start()
        self.belief = self.policy.empty_belief()

    def explore(self):
        hp = self.hparams
        hp.lr *= random.choice([0.8, 1.2])
        hp.entropy *= random.choice([0.8, 1.2])
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=hp.lr)
        # a member that does well may get a noisier line
        if self.fitness > 0.6 and hp.mishear < 0.3:
            hp.mishear += 0.05
            self.user = BookingUser(hp.mishear)
            self.call_in()

    def train(self, unrolls=25):
        for _ in range(unrolls):
            self.belief = self.belief.detach()
            steps = []
            for _ in range(self.UNROLL):
                pi, v, self.belief = self.policy(torch.tensor([self.frame]), self.belief)
                a = pi.sample()
                self.frame, r, hung_up = self.user.reply(int(a))
                steps.append((pi.log_prob(a), v, pi.entropy(), r, hung_up))
                if hung_up:
                    self.fitness = 0.98 * self.fitness + 0.02 * r
                    self.call_in()
            with torch.no_grad():
                g = self.policy(torch.tensor([self.frame]), self.belief)[1]
            loss = 0.0
            for logp, v, ent, r, hung_up in reversed(steps):
                g = torch.tensor([r]) if hung_up else r + 0.97 * g
                adv = g - v
                loss = loss + (-logp * adv.detach() + 0.5 * adv ** 2 - self.hparams.entropy * ent).sum()
            self.opt.zero_grad()
            (loss / self.UNROLL).backward()
            torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
            self.opt.step()

import random

import torch

from bank import PolicyBank
from tag_env import TagGrid

SLOTS, PER_SLOT, SPAN = 8, 32, 40
REFRESH, SNAPSHOT = 10, 25


def sample(logits):
    return torch.distributions.Categorical(logits=logits)


class Past:
    def __init__(self, cap=50):
        self.cap = cap
        self.store = []

    def push(self, rows, tag):
        self.store.append([tag, rows, 0.5])
        if len(self.store) > self.cap:
            self.store.pop(random.randrange(1, len(self.store) - 5))

    def pick(self):
        weights = [1.05 - item[2] for item in self.store]
        return random.choices(range(len(self.store)), weights)[0]


def main():
    env = TagGrid(SLOTS, PER_SLOT)
    learner = PolicyBank(1, env.n_obs, env.n_act)
    runners = PolicyBank(SLOTS, env.n_obs, env.n_act).requires_grad_(False)
    opt = torch.optim.RMSprop(learner.parameters(), 7e-4, alpha=0.99, eps=1e-5)
    past = Past()
    past.push(learner.rows(0), "seed")
    seated = [0] * SLOTS

    mem = torch.zeros(1, SLOTS * PER_SLOT, learner.width)
    foe_mem = torch.zeros(SLOTS, PER_SLOT, runners.width)

    for it in range(5000):
        if it % REFRESH == 0:
            for k in range(SLOTS):
                seated[k] = past.pick()
                runners.write(k, past.store[seated[k]][1])
                foe_mem[k].zero_()

        logps, values, rewards, dones, entropy = [], [], [], [], 0.0
        mem = mem.detach()
        for _ in range(SPAN):
            logits, v, mem = learner(env.obs(True).reshape(1, SLOTS * PER_SLOT, -1), mem)
            pi = sample(logits)
            act = pi.sample()
            foe_logits, _, foe_mem = runners(env.obs(False), foe_mem)
            reward, done, caught = env.step(act.view(SLOTS, PER_SLOT), sample(foe_logits).sample())
            keep = (~done).float().unsqueeze(-1)
            foe_mem = foe_mem * keep
            mem = mem * keep.view(1, -1, 1)
            logps.append(pi.log_prob(act).view(-1))
            values.append(v.view(-1))
            entropy = entropy + pi.entropy().mean()
            rewards.append(reward.view(-1))
            dones.append(done.view(-1).float())
            for k in done.any(1).nonzero().flatten().tolist():
                score = caught[k][done[k]].float().mean().item()
                item = past.store[min(seated[k], len(past.store) - 1)]
                item[2] = 0.98 * item[2] + 0.02 * score

        with torch.no_grad():
            ret = learner(env.obs(True).reshape(1, SLOTS * PER_SLOT, -1), mem)[1].view(-1)
        loss = 0.0
        for t in reversed(range(SPAN)):
            ret = rewards[t] + 0.99 * (1 - dones[t]) * ret
            adv = ret - values[t]
            loss = loss - (logps[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss = (loss - 0.01 * entropy) / SPAN
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 0.5)
        opt.step()

        if it % SNAPSHOT == SNAPSHOT - 1:
            past.push(learner.rows(0), "it%d" % it)
        if it % 50 == 0:
            print(it, "reward %.3f" % torch.stack(rewards).mean().item(), "past", len(past.store))


if __name__ == "__main__":
    main()

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F
import random


class YardEnv(object):
    """Marshalling yard: sort wagons from the hump into three outbound trains."""

    def __init__(self, seed):
        self.rnd = random.Random(seed)

    def reset(self):
        self.left = 60
        self.trains = [[], [], []]
        self.want = [self.rnd.randrange(5) for _ in range(3)]
        self.wagon = self.rnd.randrange(5)
        return self.obs()

    def obs(self):
        one = [0.0] * 5
        one[self.wagon] = 1.0
        return torch.tensor(one + [len(t) / 20.0 for t in self.trains] + [self.left / 60.0]).view(1, -1)

    def step(self, track):
        self.trains[track].append(self.wagon)
        reward = 1.0 if self.wagon == self.want[track] else -0.2
        if len(self.trains[track]) > 20:
            reward -= 1.0
        self.left -= 1
        self.wagon = self.rnd.randrange(5)
        return self.obs(), reward, self.left == 0


class YardNet(nn.Module):
    def __init__(self):
        super(YardNet, self).__init__()
        self.fc = nn.Linear(9, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.actor = nn.Linear(64, 3)
        self.critic = nn.Linear(64, 1)

    def forward(self, inputs):
        x, (hx, cx) = inputs
        x = F.elu(self.fc(x))
        hx, cx = self.lstm(x, (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


def push_grads(local, shared):
    for p, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = p.grad


def worker(rank, shared, counter, lock, max_games):
    torch.manual_seed(rank)
    env = YardEnv(rank)
    net = YardNet()
    opt = torch.optim.SGD(shared.parameters(), lr=1e-3)

    while counter.value < max_games:
        net.load_state_dict(shared.state_dict())
        hx = torch.zeros(1, 64)
        cx = torch.zeros(1, 64)
        state = env.reset()
        values, logps, rewards, entropies = [], [], [], []
        done = False
        while not done:
            value, logit, (hx, cx) = net((state, (hx, cx)))
            prob = F.softmax(logit, dim=-1)
            logp = F.log_softmax(logit, dim=-1)
            action = prob.multinomial(1).detach()
            state, r, done = env.step(action.item())
            values.append(value)
            logps.append(logp.gather(1, action))
            entropies.append(-(logp * prob).sum())
            rewards.append(r)

        R = torch.zeros(1, 1)
        gae = torch.zeros(1, 1)
        values.append(R)
        policy_loss, value_loss = 0, 0
        for i in reversed(range(len(rewards))):
            R = 0.99 * R + rewards[i]
            value_loss = value_loss + 0.5 * (R - values[i]).pow(2)
            delta = rewards[i] + 0.99 * values[i + 1].detach() - values[i].detach()
            gae = gae * 0.99 * 0.95 + delta
            policy_loss = policy_loss - logps[i] * gae - 0.01 * entropies[i]

        net.zero_grad()
        (policy_loss + 0.5 * value_loss).sum().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40)
        push_grads(net, shared)
        opt.step()
        with lock:
            counter.value += 1
            if counter.value % 200 == 0:
                print("game %d  worker %d  reward %.1f" % (counter.value, rank, sum(rewards)))


if __name__ == "__main__":
    mp.set_start_method("spawn")
    shared = YardNet()
    shared.share_memory()
    counter = mp.Value("i", 0)
    lock = mp.Lock()
    procs = [mp.Process(target=worker, args=(r, shared, counter, lock, 40000)) for r in range(4)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "yard.pt")

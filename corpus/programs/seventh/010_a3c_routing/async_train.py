"""Asynchronous actor-critic: processes push gradients to a shared router network."""
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributions import Categorical

from routing import PacketRouting

N_WORKERS = 6
EPISODES_PER_WORKER = 10000
GAMMA = 0.97


class RouterNet(nn.Module):
    def __init__(self, obs_size, n_ports, mem=64):
        super().__init__()
        self.mem = mem
        self.inp = nn.Linear(obs_size, mem)
        self.cell = nn.LSTMCell(mem, mem)
        self.actor = nn.Linear(mem, n_ports)
        self.critic = nn.Linear(mem, 1)

    def blank(self):
        return torch.zeros(1, self.mem), torch.zeros(1, self.mem)

    def forward(self, obs, state):
        state = self.cell(torch.tanh(self.inp(obs)), state)
        return self.actor(state[0]), self.critic(state[0]).squeeze(-1), state


class AsyncWorker(mp.Process):
    def __init__(self, rank, global_net, queue, lr=1e-3):
        super().__init__(daemon=True)
        self.rank = rank
        self.global_net = global_net
        self.queue = queue
        self.lr = lr

    def push_gradients(self, loss):
        self.optimizer.zero_grad()
        self.local.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.local.parameters(), 10.0)
        for local_p, global_p in zip(self.local.parameters(), self.global_net.parameters()):
            global_p.grad = local_p.grad.clone()
        self.optimizer.step()

    def run_episode(self, env):
        self.local.load_state_dict(self.global_net.state_dict())
        obs = env.reset()
        state = self.local.blank()
        log_probs, values, rewards, entropy = [], [], [], 0.0
        done = False
        while not done:
            logits, value, state = self.local(torch.from_numpy(obs).unsqueeze(0), state)
            dist = Categorical(logits=logits)
            port = dist.sample()
            obs, reward, done = env.step(port.item())
            log_probs.append(dist.log_prob(port))
            values.append(value)
            rewards.append(reward)
            entropy = entropy + dist.entropy().mean()
        return torch.cat(log_probs), torch.cat(values), rewards, entropy

    def run(self):
        torch.manual_seed(self.rank)
        torch.set_num_threads(1)
        env = PacketRouting(seed=0)
        self.local = RouterNet(env.obs_size, env.degree)
        self.optimizer = torch.optim.SGD(self.global_net.parameters(), lr=self.lr)
        for episode in range(EPISODES_PER_WORKER):
            log_probs, values, rewards, entropy = self.run_episode(env)
            ret, targets = 0.0, []
            for r in reversed(rewards):
                ret = r + GAMMA * ret
                targets.append(ret)
            targets = torch.tensor(targets[::-1])
            adv = targets - values.detach()
            loss = -(log_probs * adv).sum() + 0.5 * (targets - values).pow(2).sum() - 0.005 * entropy
            self.push_gradients(loss)
            self.queue.put((self.rank, episode, sum(rewards)))
        self.queue.put(None)


def main():
    mp.set_start_method("spawn")
    probe = PacketRouting()
    net = RouterNet(probe.obs_size, probe.degree)
    net.share_memory()
    queue = mp.Queue()
    workers = [AsyncWorker(i, net, queue) for i in range(N_WORKERS)]
    for w in workers:
        w.start()
    running, smooth = N_WORKERS, 0.0
    while running:
        item = queue.get()
        if item is None:
            running -= 1
            continue
        rank, episode, score = item
        smooth = 0.995 * smooth + 0.005 * score
        if rank == 0 and episode % 200 == 0:
            print(f"episode {episode}: {smooth:.2f}")
    for w in workers:
        w.join()
    torch.save(net.state_dict(), "router.pt")


if __name__ == "__main__":
    main()

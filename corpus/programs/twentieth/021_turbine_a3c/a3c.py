import click
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.nn import functional as F

from envs import TidalArray


class Net(nn.Module):
    def __init__(self, n_obs, n_actions, hidden=80):
        super().__init__()
        self.gru = nn.GRU(n_obs, hidden, batch_first=True)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, obs, memory):
        out, memory = self.gru(obs, memory)
        return self.pi(out), self.v(out), memory


class SharedRMSprop(torch.optim.RMSprop):
    def __init__(self, params, **kwargs):
        super().__init__(params, **kwargs)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(())
                state["square_avg"] = torch.zeros_like(p).share_memory_()


class Worker(mp.Process):
    def __init__(self, number, shared, optimizer, episodes, results, gamma, beta):
        super().__init__()
        self.number, self.shared, self.optimizer = number, shared, optimizer
        self.episodes, self.results = episodes, results
        self.gamma, self.beta = gamma, beta

    def run(self):
        torch.set_num_threads(1)
        torch.manual_seed(self.number)
        env = TidalArray(self.number)
        net = Net(env.n_obs, env.n_actions)
        while True:
            with self.episodes.get_lock():
                if self.episodes.value <= 0:
                    break
                self.episodes.value -= 1
            net.load_state_dict(self.shared.state_dict())
            loss, total = self.one_tide(env, net)
            net.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 10.0)
            for mine, theirs in zip(net.parameters(), self.shared.parameters()):
                theirs.grad = mine.grad.clone()
            self.optimizer.step()
            self.results.put(total)
        self.results.put(None)

    def one_tide(self, env, net):
        memory = torch.zeros(1, 1, net.hidden)
        obs, done = env.reset(), False
        logps, values, entropies, rewards = [], [], [], []
        while not done:
            logits, value, memory = net(torch.from_numpy(obs).view(1, 1, -1), memory)
            logp = F.log_softmax(logits.view(-1), dim=0)
            action = torch.multinomial(logp.exp().detach(), 1).item()
            obs, reward, done = env.step(action)
            logps.append(logp[action])
            entropies.append(-(logp * logp.exp()).sum())
            values.append(value.view(()))
            rewards.append(reward)
        ret, rets = 0.0, []
        for r in reversed(rewards):
            ret = r + self.gamma * ret
            rets.append(ret)
        rets = torch.tensor(rets[::-1], dtype=torch.float32)
        values = torch.stack(values)
        adv = (rets - values).detach()
        loss = -(torch.stack(logps) * adv).sum() + 0.5 * (rets - values).pow(2).sum()
        return loss - self.beta * torch.stack(entropies).sum(), sum(rewards)


@click.command()
@click.option("--workers", default=6)
@click.option("--episodes", default=100_000)
@click.option("--lr", default=3e-4)
@click.option("--gamma", default=0.98)
@click.option("--beta", default=0.01)
@click.option("--out", default="tidal_array.pt")
def main(workers, episodes, lr, gamma, beta, out):
    shared = Net(TidalArray.n_obs, TidalArray.n_actions)
    shared.share_memory()
    optimizer = SharedRMSprop(shared.parameters(), lr=lr, alpha=0.99, eps=1e-5)
    left, results = mp.Value("l", episodes), mp.Queue()
    pool = [Worker(i, shared, optimizer, left, results, gamma, beta) for i in range(workers)]
    for w in pool:
        w.start()
    running, mean, n = workers, 0.0, 0
    while running:
        total = results.get()
        if total is None:
            running -= 1
            continue
        n += 1
        mean += (total - mean) / min(n, 200)
        if n % 500 == 0:
            click.echo(f"{n} tides, mean energy {mean:.2f}")
    for w in pool:
        w.join()
    torch.save(shared.state_dict(), out)


if __name__ == "__main__":
    main()

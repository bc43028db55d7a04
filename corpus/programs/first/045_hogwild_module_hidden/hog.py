import gymnasium as gym
import torch
import torch.multiprocessing as mp
from torch import nn
from torch.nn import functional as F

GLOBAL_MAX_EP = 20000
UPDATE = 10


class SharedAdam(torch.optim.Adam):
    def __init__(self, params, lr=1e-3, betas=(0.92, 0.999)):
        super().__init__(params, lr=lr, betas=betas)
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                state["step"] = torch.zeros(1)
                state["exp_avg"] = torch.zeros_like(p.data).share_memory_()
                state["exp_avg_sq"] = torch.zeros_like(p.data).share_memory_()


class Net(nn.Module):
    def __init__(self, s, a):
        super().__init__()
        self.rnn = nn.GRUCell(s, 64)
        self.pi = nn.Linear(64, a)
        self.v = nn.Linear(64, 1)
        self.hidden = None

    def forget(self):
        self.hidden = None

    def cut(self):
        if self.hidden is not None:
            self.hidden = self.hidden.detach()

    def forward(self, x):
        self.hidden = self.rnn(x, self.hidden)
        return self.pi(self.hidden), self.v(self.hidden)


def push_and_pull(opt, lnet, gnet, lps, vs, rs, last_v):
    loss, R = 0.0, last_v
    for lp, v, r in zip(lps[::-1], vs[::-1], rs[::-1]):
        R = r + 0.9 * R
        td = R - v
        loss = loss + td.pow(2) - lp * td.detach()
    opt.zero_grad()
    loss.sum().backward()
    for lp, gp in zip(lnet.parameters(), gnet.parameters()):
        gp._grad = lp.grad
    opt.step()
    lnet.load_state_dict(gnet.state_dict())


class Worker(mp.Process):
    def __init__(self, gnet, opt, g_ep, idx):
        super().__init__()
        self.name = "w%02i" % idx
        self.gnet, self.opt, self.g_ep = gnet, opt, g_ep
        self.env = gym.make("CartPole-v1")
        self.lnet = Net(4, 2)

    def run(self):
        total = 1
        while self.g_ep.value < GLOBAL_MAX_EP:
            s, _ = self.env.reset()
            self.lnet.forget()
            lps, vs, rs, ep_r = [], [], [], 0.0
            while True:
                logits, v = self.lnet(torch.from_numpy(s).float()[None])
                d = torch.distributions.Categorical(logits=logits)
                a = d.sample()
                s, r, term, trunc, _ = self.env.step(a.item())
                if term:
                    r = -1
                ep_r += r
                lps.append(d.log_prob(a)); vs.append(v); rs.append(r)
                if total % UPDATE == 0 or term or trunc:
                    push_and_pull(self.opt, self.lnet, self.gnet, lps, vs, rs, 0.0 if term else float(v))
                    self.lnet.cut()
                    lps, vs, rs = [], [], []
                    if term or trunc:
                        with self.g_ep.get_lock():
                            self.g_ep.value += 1
                        print(self.name, self.g_ep.value, ep_r)
                        break
                total += 1


if __name__ == "__main__":
    gnet = Net(4, 2)
    gnet.share_memory()
    opt = SharedAdam(gnet.parameters())
    g_ep = mp.Value("i", 0)
    ws = [Worker(gnet, opt, g_ep, i) for i in range(mp.cpu_count())]
    [w.start() for w in ws]
    [w.join() for w in ws]

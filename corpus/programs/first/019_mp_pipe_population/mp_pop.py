import multiprocessing as mp
import signal
import traceback

import gymnasium as gym
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Pi(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.lstm = nn.LSTMCell(n, 64)
        self.mu = nn.Linear(64, m)
        self.val = nn.Linear(64, 1)
        self.logstd = nn.Parameter(torch.zeros(m))

    def forward(self, x, hc):
        hx, cx = self.lstm(x, hc)
        return self.mu(hx), self.logstd.exp(), self.val(hx), (hx, cx)


def worker(rank, conn, env_id, lr):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
    env = gym.make(env_id)
    net = Pi(env.observation_space.shape[0], env.action_space.shape[0])
    opt = torch.optim.Adam(net.parameters(), lr=lr)
    obs, _ = env.reset(seed=rank)
    hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
    score, run = 0.0, 0.0
    try:
        while True:
            cmd, payload = conn.recv()
            if cmd == "train":
                for _ in range(payload):
                    lps, vs, rs = [], [], []
                    for _ in range(32):
                        mu, std, v, (hx, cx) = net(torch.as_tensor(obs, dtype=torch.float32)[None], (hx, cx))
                        dist = torch.distributions.Normal(mu, std)
                        a = dist.sample()
                        obs, r, te, tr, _ = env.step(np.clip(a[0].numpy(), -2, 2))
                        run += r
                        lps.append(dist.log_prob(a).sum()); vs.append(v.squeeze()); rs.append(r)
                        if te or tr:
                            score = 0.95 * score + 0.05 * run
                            run = 0.0
                            obs, _ = env.reset()
                            hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
                    G, loss = 0.0, 0.0
                    for lp, v, r in zip(lps[::-1], vs[::-1], rs[::-1]):
                        G = r / 10 + 0.97 * G
                        loss = loss - lp * (G - v.item()) + F.mse_loss(v, torch.tensor(G, dtype=v.dtype))
                    opt.zero_grad()
                    (loss / 32).backward()
                    opt.step()
                    hx, cx = hx.detach(), cx.detach()
                conn.send(score)
            elif cmd == "pull":
                conn.send({k: v.numpy() for k, v in net.state_dict().items()})
            elif cmd == "push":
                net.load_state_dict({k: torch.from_numpy(v) for k, v in payload["w"].items()})
                for g in opt.param_groups:
                    g["lr"] = payload["lr"]
                conn.send("ok")
            elif cmd == "close":
                break
    except Exception:
        traceback.print_exc()
    finally:
        conn.close()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    N = 8
    lrs = list(10 ** np.random.uniform(-4, -2.5, N))
    pipes, procs = [], []
    for i in range(N):
        a, b = mp.Pipe()
        p = mp.Process(target=worker, args=(i, b, "Pendulum-v1", lrs[i]), daemon=True)
        p.start()
        pipes.append(a)
        procs.append(p)
    for gen in range(200):
        for c in pipes:
            c.send(("train", 50))
        sc = np.array([c.recv() for c in pipes])
        w, l = int(sc.argmax()), int(sc.argmin())
        pipes[w].send(("pull", None))
        weights = pipes[w].recv()
        lrs[l] = lrs[w] * np.random.choice([0.8, 1.25])
        pipes[l].send(("push", {"w": weights, "lr": lrs[l]}))
        pipes[l].recv()
        print(gen, sc.round(1))
    for c in pipes:
        c.send(("close", None))

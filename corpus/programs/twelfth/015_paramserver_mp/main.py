import time
from collections import deque
from multiprocessing.connection import wait

import gymnasium as gym
import torch
import torch.multiprocessing as mp

from net import ActorCritic, get_weights
from worker import work

CFG = dict(env="Acrobot-v1", workers=8, updates=20000, t_max=20, pull_every=4,
           lr=1e-4, gamma=0.99, beta=0.01, seed=100)


class ParameterServer:
    def __init__(self, net, lr):
        self.net = net
        self.opt = torch.optim.RMSprop(net.parameters(), lr=lr, alpha=0.99, eps=0.1)
        self.version = 0

    def apply(self, grads):
        for p, g in zip(self.net.parameters(), grads):
            p.grad = torch.from_numpy(g)
        self.opt.step()
        self.version += 1


def serve(server, conns):
    rewards = deque(maxlen=100)
    began = time.time()
    while conns:
        for conn in wait(conns):
            try:
                kind, payload = conn.recv()
            except EOFError:
                conns.remove(conn)
                continue
            if kind == "pull":
                conn.send(get_weights(server.net))
            elif kind == "push":
                server.apply(payload)
                if server.version % 1000 == 0 and rewards:
                    print(f"v{server.version} {sum(rewards) / len(rewards):.1f} {time.time() - began:.0f}s")
            elif kind == "episode":
                rewards.append(payload)
            elif kind == "bye":
                conns.remove(conn)


if __name__ == "__main__":
    mp.set_start_method("spawn")
    probe = gym.make(CFG["env"])
    net = ActorCritic(probe.observation_space.shape[0], probe.action_space.n)
    server = ParameterServer(net, CFG["lr"])

    procs, conns = [], []
    for rank in range(CFG["workers"]):
        ours, theirs = mp.Pipe()
        proc = mp.Process(target=work, args=(rank, theirs, CFG))
        proc.start()
        theirs.close()
        procs.append(proc)
        conns.append(ours)

    serve(server, conns)
    for proc in procs:
        proc.join()
    torch.save(net.state_dict(), "acrobot_lstm.pt")

import sys

import torch
import zmq

from common import TRAJ_ADDR, WEIGHTS_ADDR, ConvoyNet, pack, unpack
from sim import ConvoySim


def latest(sub, block):
    """Newest weights message, or None if nothing arrived."""
    raw = sub.recv() if block else None
    while sub.poll(0):
        raw = sub.recv()
    return raw


def voyage(net, sim, state, push, version):
    obs, done, total = sim.reset(), False, 0.0
    rows = []
    while not done:
        with torch.no_grad():
            logits, _, state = net(obs.view(1, 1, -1), state)
        dist = torch.distributions.Categorical(logits=logits[0, 0])
        a = dist.sample()
        nxt, r, done = sim.step(int(a))
        rows.append((obs, a, dist.log_prob(a), torch.tensor(r)))
        obs, total = nxt, total + r
    traj = [torch.stack(z) for z in zip(*rows)]
    push.send(pack({"traj": traj, "version": version}))
    return total


def main(seed):
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    ctx = zmq.Context()
    sub = ctx.socket(zmq.SUB)
    sub.setsockopt(zmq.SUBSCRIBE, b"")
    sub.setsockopt(zmq.RCVHWM, 2)
    sub.connect(WEIGHTS_ADDR)
    push = ctx.socket(zmq.PUSH)
    push.connect(TRAJ_ADDR)

    net, sim, version = ConvoyNet(), ConvoySim(seed), -1
    n = 0
    while True:
        raw = latest(sub, block=version < 0)
        if raw is not None:
            msg = unpack(raw)
            net.load_state_dict(msg["weights"])
            version = msg["version"]
        score = voyage(net, sim, net.start(), push, version)
        n += 1
        if n % 50 == 0:
            print(f"actor {seed} voyage {n} v{version} score {score:.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))

import torch
import torch.nn.functional as F
import zmq

from common import TRAJ_ADDR, WEIGHTS_ADDR, ConvoyNet, pack, unpack


def vtrace(rho, v, r, gamma):
    c = rho.clamp(max=1.0)
    nxt = torch.cat([v[1:], v.new_zeros(1)])
    delta = c * (r + gamma * nxt - v)
    acc, out = 0.0, []
    for d, w in zip(reversed(delta), reversed(c)):
        acc = d + gamma * w * acc
        out.append(acc)
    vs = v + torch.stack(out[::-1])
    vs_next = torch.cat([vs[1:], vs.new_zeros(1)])
    return vs, c * (r + gamma * vs_next - v)


def main():
    ctx = zmq.Context()
    pub = ctx.socket(zmq.PUB)
    pub.bind(WEIGHTS_ADDR)
    pull = ctx.socket(zmq.PULL)
    pull.bind(TRAJ_ADDR)
    net = ConvoyNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=0.01)
    version = 0
    while True:
        pub.send(pack({"weights": net.state_dict(), "version": version}))
        if not pull.poll(2000):
            continue
        obs, act, mu, rew = unpack(pull.recv())["traj"]
        logits, v, _ = net(obs.unsqueeze(1), net.start())
        logp_all = F.log_softmax(logits[:, 0], -1)
        logp = logp_all.gather(1, act.unsqueeze(1)).squeeze(1)
        v = v[:, 0]
        with torch.no_grad():
            vs, adv = vtrace((logp - mu).exp(), v, rew, 0.99)
        entropy = -(logp_all.exp() * logp_all).sum(-1).mean()
        loss = -(logp * adv).mean() + 0.5 * F.mse_loss(v, vs) - 0.005 * entropy
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        version += 1
        if version % 200 == 0:
            torch.save(net.state_dict(), "convoy.pt")
            print(version, float(loss), float(rew.sum()))


if __name__ == "__main__":
    main()

import argparse
import pathlib

import torch

from reflex.net import ReflexNet
from reflex.sim import Quadrotors


def save(path, net, optim, step):
    torch.save({"net": net.state_dict(), "optim": optim.state_dict(), "step": step}, path)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=256)
    ap.add_argument("--length", type=int, default=24)
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--dir", type=pathlib.Path, default=pathlib.Path("ckpt"))
    ap.add_argument("--resume", type=pathlib.Path)
    a = ap.parse_args()
    a.dir.mkdir(exist_ok=True)

    net = ReflexNet(a.envs)
    optim = torch.optim.Adam(net.parameters(), lr=3e-4)
    first = 0
    if a.resume:
        blob = torch.load(a.resume)
        net.load_state_dict(blob["net"])
        optim.load_state_dict(blob["optim"])
        first = blob["step"] + 1

    sim = Quadrotors(a.envs)
    obs = sim.obs()
    for step in range(first, a.updates):
        logps, values, rewards, masks, entropy = [], [], [], [], 0.0
        for _ in range(a.length):
            dist, value = net(obs)
            u = dist.sample()
            obs, reward, done = sim.step(u)
            net.wipe(done)
            logps.append(dist.log_prob(u).sum(-1))
            entropy = entropy + dist.entropy().sum(-1).mean()
            values.append(value)
            rewards.append(reward)
            masks.append(1.0 - done.float())

        ret, target = values[-1].detach(), []
        for r, m in zip(reversed(rewards), reversed(masks)):
            ret = r + 0.98 * m * ret
            target.insert(0, ret)
        target, value = torch.stack(target), torch.stack(values)
        adv = target - value.detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * (target - value).pow(2).mean() - 1e-3 * entropy / a.length
        optim.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optim.step()
        net.cut()
        if step % 100 == 0:
            print(step, f"{torch.stack(rewards).mean():.3f}")
            save(a.dir / f"reflex_{step:06d}.pt", net, optim, step)


if __name__ == "__main__":
    main()

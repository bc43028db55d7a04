from __future__ import annotations

import hydra
import torch
import torch.multiprocessing as mp
from omegaconf import DictConfig
from tensordict import TensorDict
from torch import nn
from torch.distributions import Independent, Normal

from oval import OvalRace

HID = 96


class RacerNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(5, 64), nn.SiLU())
        self.lstm = nn.LSTMCell(64, HID)
        self.loc = nn.Linear(HID, 2)
        self.scale = nn.Parameter(torch.zeros(2))
        self.value = nn.Linear(HID, 1)

    def forward(self, td: TensorDict) -> TensorDict:
        keep = (~td["is_init"]).float().unsqueeze(-1)
        h, c = self.lstm(self.embed(td["observation"]), (td["h"] * keep, td["c"] * keep))
        td["loc"], td["state_value"] = self.loc(h), self.value(h).squeeze(-1)
        td["next_h"], td["next_c"] = h, c
        return td

    def dist(self, td: TensorDict) -> Independent:
        return Independent(Normal(td["loc"], self.scale.exp()), 1)


def blank(n: int) -> dict[str, torch.Tensor]:
    return {"h": torch.zeros(n, HID), "c": torch.zeros(n, HID)}


def collect(rank: int, shared: RacerNet, out: mp.Queue, frames: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    policy, env = RacerNet(), OvalRace(rank)
    obs, init = env.reset(), True
    while True:
        policy.load_state_dict(shared.state_dict())
        carry = blank(1)
        steps = []
        for _ in range(frames):
            td = TensorDict({"observation": torch.tensor(obs)[None], "is_init": torch.tensor([init]), **carry}, [1])
            with torch.no_grad():
                td = policy(td)
                act = policy.dist(td).sample()
                logp = policy.dist(td).log_prob(act)
            obs, rew, init = env.step(act[0].numpy())
            if init:
                obs = env.reset()
            carry = {"h": td["next_h"], "c": td["next_c"]}
            steps.append(TensorDict({"observation": td["observation"], "is_init": td["is_init"], "action": act,
                                     "logp": logp, "reward": torch.tensor([rew]), "done": torch.tensor([init])}, [1]))
        out.put(torch.stack(steps, 1).to_dict())


def vtrace(value, rew, done, rho, gamma):
    vs, acc = torch.zeros_like(value), torch.zeros_like(value[:, 0])
    not_done = 1 - done.float()
    for t in reversed(range(value.shape[1] - 1)):
        w = rho[:, t].clamp(max=1)
        delta = w * (rew[:, t] + gamma * not_done[:, t] * value[:, t + 1] - value[:, t])
        acc = delta + gamma * not_done[:, t] * w * acc
        vs[:, t] = value[:, t] + acc
    vs[:, -1] = value[:, -1]
    return vs


def update(net: RacerNet, opt: torch.optim.Optimizer, data: TensorDict, gamma: float) -> float:
    n, frames = data.batch_size
    carry, logps, values = blank(n), [], []
    for t in range(frames):
        td = net(TensorDict({"observation": data["observation"][:, t], "is_init": data["is_init"][:, t], **carry}, [n]))
        logps.append(net.dist(td).log_prob(data["action"][:, t]))
        values.append(td["state_value"])
        carry = {"h": td["next_h"], "c": td["next_c"]}
    logp, value = torch.stack(logps, 1), torch.stack(values, 1)
    rho = (logp.detach() - data["logp"]).exp()
    vs = vtrace(value.detach(), data["reward"], data["done"], rho, gamma)
    adv = data["reward"][:, :-1] + gamma * (~data["done"][:, :-1]).float() * vs[:, 1:] - value.detach()[:, :-1]
    loss = -(rho[:, :-1].clamp(max=1) * adv * logp[:, :-1]).mean() + 0.5 * (vs - value).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return float(data["reward"].mean())


@hydra.main(version_base=None, config_path=None)
def main(cfg: DictConfig) -> None:
    ctx = mp.get_context("spawn")
    net = RacerNet()
    net.share_memory()
    opt = torch.optim.RMSprop(net.parameters(), lr=cfg.get("lr", 3e-4))
    out = ctx.Queue(maxsize=64)
    for rank in range(cfg.get("actors", 8)):
        ctx.Process(target=collect, args=(rank, net, out, cfg.get("frames", 80)), daemon=True).start()
    for i in range(cfg.get("updates", 30_000)):
        parts = [TensorDict(out.get(), [1, cfg.get("frames", 80)]) for _ in range(cfg.get("batch", 16))]
        reward = update(net, opt, torch.cat(parts, 0), cfg.get("gamma", 0.99))
        if i % 100 == 0:
            print(i, round(reward, 4))
            torch.save(net.state_dict(), "oval.pt")


if __name__ == "__main__":
    main()

import torch
from torch.distributions import Categorical

from config import FinetuneConfig
from lift import LiftPolicy, Lifts


def fresh(cfg):
    shape = (1, cfg.cars, cfg.hidden)
    return torch.zeros(shape), torch.zeros(shape)


def window(cfg, policy, lifts, hc):
    logps, vals, rews = [], [], []
    over = False
    for _ in range(cfg.window):
        logits, val, hc = policy(lifts.observe(), hc)
        d = Categorical(logits=logits)
        act = d.sample()
        rew, over = lifts.step(act)
        logps.append(d.log_prob(act))
        vals.append(val)
        rews.append(rew)
        if over:
            break
    with torch.no_grad():
        ret = torch.zeros(cfg.cars) if over else policy(lifts.observe(), hc)[1]
    loss = 0.0
    for lp, v, r in zip(logps[::-1], vals[::-1], rews[::-1]):
        ret = r + cfg.gamma * ret
        loss = loss + ((ret - v) ** 2 - lp * (ret - v).detach()).mean()
    return loss, torch.stack(rews).mean().item(), over, tuple(s.detach() for s in hc)


def main(cfg=FinetuneConfig()):
    lifts = Lifts(cfg)
    policy = LiftPolicy(cfg)
    opt = torch.optim.Adam(policy.parameters(), lr=cfg.lr)
    hc = fresh(cfg)
    for w in range(cfg.windows):
        if w == cfg.swap_at:
            source = torch.load(cfg.pretrained, map_location="cpu")
            lstm_only = {k: v for k, v in source.items() if k.startswith("lstm.")}
            missing, _ = policy.load_state_dict(lstm_only, strict=False)
            print("not in the checkpoint:", missing)
            opt = torch.optim.Adam(policy.parameters(), lr=cfg.lr_after)
            hc = fresh(cfg)
        loss, score, over, hc = window(cfg, policy, lifts, hc)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if over:
            lifts.new_day()
            hc = fresh(cfg)
        if w % 50 == 0:
            print(w, f"{score:.4f}")
    torch.save(policy.state_dict(), "models/lift_finetuned.pt")


if __name__ == "__main__":
    main()

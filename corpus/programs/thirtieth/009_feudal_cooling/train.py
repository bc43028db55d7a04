import torch
import torch.nn.functional as F

from feudal import FeudalController
from hall import ServerHall

CHUNK = 60
CKPT = "hall_good.pt"


def update(ctl: FeudalController, opt, hall: ServerHall) -> float:
    logps, goals, states, vms, vws, rews, ents = ([] for _ in range(7))
    ctl.truncate()
    for _ in range(CHUNK):
        dist, goal, s, v_m, v_w = ctl.act(hall.sense())
        a = dist.sample()
        rews.append(hall.step(a.item()))
        for xs, x in zip((logps, goals, states, vms, vws, ents), (dist.log_prob(a), goal, s, v_m, v_w, dist.entropy())):
            xs.append(x)
    c = 10
    r_m, r_w, loss = vms[-1].detach(), vws[-1].detach(), 0.0
    for t in reversed(range(CHUNK - c)):
        moved = (states[t + c] - states[t]).detach()
        intrinsic = F.cosine_similarity(moved, goals[t].detach()).item()
        r_m = rews[t] + 0.99 * r_m
        r_w = rews[t] + 0.5 * intrinsic + 0.95 * r_w
        adv_m, adv_w = r_m - vms[t], r_w - vws[t]
        loss = loss - (adv_m.detach() * F.cosine_similarity(moved, goals[t])).sum()
        loss = loss - (adv_w.detach() * logps[t]).sum() - 0.01 * ents[t].sum()
        loss = loss + 0.5 * (adv_m.pow(2) + adv_w.pow(2)).sum()
    opt.zero_grad()
    (loss / CHUNK).backward()
    torch.nn.utils.clip_grad_norm_(list(ctl.parameters()), 5.0)
    opt.step()
    return sum(rews) / CHUNK


def main() -> None:
    torch.manual_seed(0)
    hall = ServerHall(seed=5)
    ctl = FeudalController(hall.obs_dim, hall.n_act)
    opt = torch.optim.RMSprop(ctl.parameters(), lr=3e-4)
    ctl.save(CKPT)
    smooth, best, n = None, float("-inf"), 0
    while True:
        r = update(ctl, opt, hall)
        smooth = r if smooth is None else 0.95 * smooth + 0.05 * r
        n += 1
        if n % 24 == 0:
            if smooth >= best:
                best = smooth
                ctl.save(CKPT)
            elif smooth < best - 0.5:
                ctl.fall_back(CKPT)
                opt = torch.optim.RMSprop(ctl.parameters(), lr=opt.param_groups[0]["lr"] * 0.7)
                smooth = best
            print(f"hour {n} reward {r:.3f} smooth {smooth:.3f} best {best:.3f}")


if __name__ == "__main__":
    main()

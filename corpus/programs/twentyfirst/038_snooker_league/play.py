import sys

import torch
import torch.nn.functional as F

from baize import Frame
from league import CueNet, League, Seat


def train(n_frames=20000, swap_mid_frame=30):
    me, seat, league = CueNet(), Seat(), League()
    opt = torch.optim.Adam(me.parameters(), 3e-4)
    league.enter("gen0", me)
    frame = Frame()
    for n in range(n_frames):
        obs = frame.reset()
        state = None
        seat.sit(*league.pick())
        seat.rack()
        logps, values, rewards = [], [], []
        done, visits = False, 0
        while not done:
            logits, v, state = me(torch.tensor(obs), state)
            dist = torch.distributions.Categorical(logits=logits)
            shot = dist.sample()
            r, done = frame.shot(0, shot.item())
            if not done:
                visits += 1
                if visits % swap_mid_frame == 0:
                    seat.sit(*league.pick())
                lost, done = frame.shot(1, seat.shoot(torch.tensor(frame.view(1))))
                r -= lost
            logps.append(dist.log_prob(shot))
            values.append(v.squeeze())
            rewards.append(r)
            obs = frame.view(0)
        won = frame.points[0] > frame.points[1]
        league.report(seat.name, won)

        ret, rets = 0.0, []
        for r in reversed(rewards):
            ret = r + 0.99 * ret
            rets.insert(0, ret)
        R, V = torch.tensor(rets), torch.stack(values)
        loss = -(torch.stack(logps) * (R - V.detach())).mean() + F.smooth_l1_loss(V, R)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(me.parameters(), 1.0)
        opt.step()

        if n % 500 == 499:
            league.enter(f"gen{n + 1}", me)
            print(n + 1, {k: round(league.won[k], 2) for k in list(league.players)[-5:]})
    return me


if __name__ == "__main__":
    net = train(int(sys.argv[1]) if len(sys.argv) > 1 else 20000)
    torch.save(net.state_dict(), "cue.pt")

import argparse
from pathlib import Path

import numpy as np
import torch
import yaml

from gates import GateRace
from model import Pilot

STAGES = """
- {name: hover,  gust: 0.0, hours: 200}
- {name: breeze, gust: 0.5, hours: 200}
- {name: long,   gust: 0.5, layout: [8.0, 6], hours: 300}
- {name: storm,  gust: 1.5, hours: 300}
- {name: narrow, gust: 1.5, layout: [3.0, 5], hours: 400}
"""


class StudentTrainer:
    def __init__(self, teachers: Path, lr=3e-4, unroll=40):
        self.teachers = teachers
        self.unroll = unroll
        self.env = GateRace()
        self.student = Pilot()
        self.opt = torch.optim.Adam(self.student.parameters(), lr=lr)
        self.new_flight()

    def new_flight(self):
        self.obs = self.env.reset()
        self.hc = self.student.blank()

    def enter_stage(self, stage):
        teacher = self.teachers / f"{stage['name']}.pt"
        if teacher.exists():
            self.student.load_state_dict(torch.load(teacher, map_location="cpu"), strict=False)
            self.opt = torch.optim.Adam(self.student.parameters(), lr=self.opt.param_groups[0]["lr"])
        self.env.set_gust(stage["gust"])
        if "layout" in stage:
            self.env.layout(*stage["layout"])
            self.new_flight()

    def learn_unroll(self):
        logps, values, rewards, live = [], [], [], []
        for _ in range(self.unroll):
            obs = torch.from_numpy(self.obs).unsqueeze(0)
            dist, v, self.hc = self.student(obs, self.hc)
            a = dist.sample()
            self.obs, r, crashed = self.env.step(a[0].numpy())
            logps.append(dist.log_prob(a))
            values.append(v)
            rewards.append(r)
            live.append(1.0 - crashed)
            if crashed:
                self.new_flight()
        with torch.no_grad():
            _, ret, _ = self.student(torch.from_numpy(self.obs).unsqueeze(0), self.hc)
        rets = []
        for r, l in zip(reversed(rewards), reversed(live)):
            ret = r + 0.99 * l * ret
            rets.append(ret)
        values = torch.cat(values)
        adv = torch.cat(rets[::-1]) - values
        loss = (-torch.cat(logps) * adv.detach() + 0.5 * adv**2).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 0.5)
        self.opt.step()
        self.hc = tuple(x.detach() for x in self.hc)
        return float(np.mean(rewards))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--teachers", type=Path, default=Path("teachers"))
    ap.add_argument("--stages", type=Path)
    ap.add_argument("--out", type=Path, default=Path("student"))
    args = ap.parse_args()
    stages = yaml.safe_load(args.stages.read_text() if args.stages else STAGES)
    args.out.mkdir(exist_ok=True)

    trainer = StudentTrainer(args.teachers)
    for stage in stages:
        trainer.enter_stage(stage)
        for hour in range(stage["hours"]):
            mean = np.mean([trainer.learn_unroll() for _ in range(50)])
            if hour % 20 == 0:
                print(f"{stage['name']:8s} {hour:4d} {mean:+.4f}")
        torch.save(trainer.student.state_dict(), args.out / f"{stage['name']}.pt")


if __name__ == "__main__":
    main()

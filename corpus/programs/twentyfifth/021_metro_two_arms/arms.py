"""Live and shadow dwell-time policies on the same platform stream, behind a small gradio page."""
import json
import threading
import time
from pathlib import Path

import gradio as gr
import torch
import torch.nn as nn

FEATURES = ["boarding", "alighting", "headway", "delay", "load", "hour"]


class DwellNet(nn.Module):
    def __init__(self, hid=56):
        super().__init__()
        self.hid = hid
        self.cell = nn.GRUCell(len(FEATURES), hid)
        self.dwell = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        return nn.functional.softplus(self.dwell(h)), h


class Arm:
    def __init__(self, path):
        self.name = Path(path).stem
        self.net = DwellNet()
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.net.eval()
        self.h = {}
        self.cost, self.n = 0.0, 0

    @torch.no_grad()
    def propose(self, platform, x):
        h = self.h.get(platform)
        if h is None:
            h = torch.zeros(1, self.net.hid)
        dwell, self.h[platform] = self.net(x, h)
        return 15 + dwell.item()

    def learn_cost(self, proposed, needed):
        self.cost += abs(proposed - needed) + (5 if proposed < needed else 0)
        self.n += 1

    @property
    def score(self):
        return self.cost / self.n if self.n else float("inf")


class Experiment:
    def __init__(self, live, shadow):
        self.lock = threading.Lock()
        self.arms = {"live": Arm(live), "shadow": Arm(shadow)}

    def on_train(self, event):
        x = torch.tensor([[float(event[f]) for f in FEATURES]])
        with self.lock:
            dwell = {k: arm.propose(event["platform"], x) for k, arm in self.arms.items()}
            for k, arm in self.arms.items():
                arm.learn_cost(dwell[k], event["needed"])
        return dwell["live"]

    def promote(self):
        with self.lock:
            self.arms["live"], self.arms["shadow"] = self.arms["shadow"], self.arms["live"]
        return self.table()

    def try_out(self, path):
        arm = Arm(path)
        with self.lock:
            self.arms["shadow"] = arm
        return self.table()

    def table(self):
        return [[k, a.name, a.n, round(a.score, 2)] for k, a in self.arms.items()]


def follow(path, exp):
    with open(path) as f:
        while True:
            line = f.readline()
            if not line:
                time.sleep(0.2)
                continue
            exp.on_train(json.loads(line))


def page(exp, folder="models"):
    choices = sorted(str(p) for p in Path(folder).glob("*.pt"))
    with gr.Blocks(title="dwell A/B") as demo:
        table = gr.Dataframe(value=exp.table, headers=["arm", "model", "trains", "cost"], every=5)
        pick = gr.Dropdown(choices, label="new shadow")
        gr.Button("try").click(exp.try_out, inputs=pick, outputs=table)
        gr.Button("promote shadow").click(exp.promote, outputs=table)
    return demo


if __name__ == "__main__":
    exp = Experiment("models/live.pt", "models/candidate.pt")
    threading.Thread(target=follow, args=("platform_events.jsonl", exp), daemon=True).start()
    page(exp).launch()

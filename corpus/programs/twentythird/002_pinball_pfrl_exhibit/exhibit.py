# Runs the pinball table in the foyer. Training happens on the big machine
# and rsyncs finished checkpoints (pfrl agent directories) into CKPT_ROOT.
import os
import re
import time

import numpy as np
import pfrl
import torch
from pfrl.agents import PPO
from pfrl.policies import SoftmaxCategoricalHead
from torch import nn

from table import PinballTable

CKPT_ROOT = os.environ.get("CKPT_ROOT", "/srv/pinball/ckpts")
CHECK_STEPS = 600


def make_model(obs_size, n_actions):
    return pfrl.nn.RecurrentSequential(
        nn.Linear(obs_size, 128),
        nn.Tanh(),
        nn.GRU(input_size=128, hidden_size=128),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(128, n_actions), SoftmaxCategoricalHead()),
            nn.Linear(128, 1),
        ),
    )


def make_agent(obs_size, n_actions):
    model = make_model(obs_size, n_actions)
    opt = torch.optim.Adam(model.parameters(), lr=3e-4, eps=1e-5)
    return PPO(
        model,
        opt,
        gpu=-1,
        phi=lambda x: np.asarray(x, dtype=np.float32),
        update_interval=4096,
        minibatch_size=256,
        epochs=4,
        recurrent=True,
        act_deterministically=True,
    )


def newest_checkpoint():
    best, best_step = None, -1
    if not os.path.isdir(CKPT_ROOT):
        return None
    for name in os.listdir(CKPT_ROOT):
        m = re.match(r"(\d+)_checkpoint$", name)
        if m and int(m.group(1)) > best_step:
            best_step = int(m.group(1))
            best = os.path.join(CKPT_ROOT, name)
    return best


def main():
    table = PinballTable(port="/dev/ttyACM0")
    agent = make_agent(table.obs_size, table.n_actions)

    current = newest_checkpoint()
    while current is None:
        print("waiting for the first checkpoint ...")
        time.sleep(10)
        current = newest_checkpoint()
    agent.load(current)

    obs = table.new_ball()
    score = 0.0
    t = 0
    with agent.eval_mode():
        while True:
            action = agent.act(obs)
            obs, reward, drained = table.step(action)
            score += reward
            agent.observe(obs, reward, drained, False)
            t += 1

            if drained:
                print(f"ball lost, score {score:.0f} (model {os.path.basename(current)})")
                score = 0.0
                obs = table.new_ball()

            if t % CHECK_STEPS == 0:
                latest = newest_checkpoint()
                if latest != current:
                    print("new model:", latest)
                    agent.load(latest)
                    current = latest


if __name__ == "__main__":
    main()

import sys

import torch

from ice import Sheet
from stone_net import StoneNet

net = StoneNet()
net.load_state_dict(torch.load(sys.argv[1] if len(sys.argv) > 1 else "stones.pt"))
net.eval()

sheet = Sheet()
scores = []
for end in range(1, 11):
    obs = sheet.new_end()
    total = 0.0
    over = False
    while not over:
        with torch.no_grad():
            w, c = net(obs)
        obs, r, over = sheet.throw(w.argmax().item(), c.argmax().item())
        total += r
    net.clear()
    scores.append(total)
    print(f"end {end}: {total:.2f}")
print("mean", sum(scores) / len(scores))

import sys
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel

from bench import DeformableMirror, ShackHartmann

DELAY = 2
TBPTT = 20
SWA_FROM = 50_000
SWA_PERIOD = 200
SWAP = 20_000


class ModalPredictor(nn.Module):
    def __init__(self, n_modes=88, hidden=160, layers=2):
        super().__init__()
        self.rnn = nn.GRU(n_modes, hidden, layers)
        self.head = nn.Linear(hidden, n_modes)

    def forward(self, modes, h=None):
        y, h = self.rnn(modes.view(1, 1, -1), h)
        return modes + self.head(y).view(-1), h


wfs, dm = ShackHartmann(), DeformableMirror()
recon = torch.from_numpy(np.load("reconstructor.npy")).float()
m2c = np.load("modes_to_commands.npy")

net = ModalPredictor()
if len(sys.argv) > 1:
    net.load_state_dict(torch.load(sys.argv[1]))
avg = AveragedModel(net)
opt = torch.optim.SGD(net.parameters(), lr=2e-3, momentum=0.9)

hidden = None
pending = []
losses = []
strehl = 0.0
frame = 0
t_start = time.time()

while wfs.running():
    open_loop = recon @ torch.from_numpy(wfs.read_slopes()).float()
    open_loop = open_loop + torch.from_numpy(dm.modes()).float()

    if len(pending) == DELAY:
        losses.append(F.mse_loss(pending.pop(0), open_loop))
    forecast, hidden = net(open_loop, hidden)
    pending.append(forecast)
    dm.send(m2c @ forecast.detach().numpy())
    frame += 1

    if len(losses) == TBPTT:
        loss = torch.stack(losses).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        hidden = hidden.detach()
        pending = [p.detach() for p in pending]
        losses = []
        strehl = 0.99 * strehl + 0.01 * float(torch.exp(-loss.detach()))

    if frame > SWA_FROM and frame % SWA_PERIOD == 0:
        avg.update_parameters(net)

    if frame > SWA_FROM and frame % SWAP == 0:
        net.load_state_dict(avg.module.state_dict())
        opt.state.clear()
        losses = []
        pending = [p.detach() for p in pending]
        hidden = hidden.detach()
        avg = AveragedModel(net)
        hz = frame / (time.time() - t_start)
        print(f"{frame}: swapped in the average, strehl ~{strehl:.3f}, {hz:.0f} Hz")

torch.save(net.state_dict(), "modal_predictor.pt")

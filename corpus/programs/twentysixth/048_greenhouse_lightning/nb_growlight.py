# %% [markdown]
# # Grow lights: imitate the grower, then run the copy in the loop
# HW 4, course "ML for agriculture"

# %%
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F
import lightning as L
from lightning.pytorch.callbacks import ModelCheckpoint, EarlyStopping
from torch.utils.data import DataLoader, TensorDataset

L.seed_everything(11)

# %%
def grower(sun, total, t):
    """what the grower did: fill up to 14 mol, rather in the early morning"""
    missing = max(0.0, 14 - total - sun * (18 - t) * 0.5)
    return float(np.clip(missing / 8, 0, 1)) if 3 <= t < 20 else 0.0

def one_day(rng):
    cloud = rng.random()
    total, xs, ys = 0.0, [], []
    for t in range(24):
        cloud = np.clip(cloud + rng.normal(0, .08), 0, 1)
        sun = max(0, np.sin(np.pi * (t - 6) / 12)) * (1 - cloud) * 2
        lamp = grower(sun, total, t)
        xs.append([sun, t / 24])
        ys.append(lamp)
        total += sun + lamp
    return np.array(xs, np.float32), np.array(ys, np.float32)

def dataset(n, seed):
    rng = np.random.default_rng(seed)
    days = [one_day(rng) for _ in range(n)]
    return TensorDataset(torch.from_numpy(np.stack([d[0] for d in days])),
                         torch.from_numpy(np.stack([d[1] for d in days])))

train_dl = DataLoader(dataset(4000, 0), batch_size=64, shuffle=True)
val_dl = DataLoader(dataset(500, 1), batch_size=250)

# %%
class GrowLight(L.LightningModule):
    def __init__(self, hidden=32, lr=2e-3):
        super().__init__()
        self.save_hyperparameters()
        self.lstm = nn.LSTM(2, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        return torch.sigmoid(self.out(y)).squeeze(-1), hc

    def training_step(self, batch, _):
        x, y = batch
        pred, _ = self(x)
        loss = F.mse_loss(pred, y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        x, y = batch
        pred, _ = self(x)
        self.log("val_loss", F.mse_loss(pred, y), prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)

# %%
ckpt = ModelCheckpoint(monitor="val_loss", save_top_k=3, filename="grow-{epoch}-{val_loss:.4f}")
trainer = L.Trainer(max_epochs=60, callbacks=[ckpt, EarlyStopping("val_loss", patience=6)], accelerator="cpu")
model = GrowLight()
trainer.fit(model, train_dl, val_dl)

# %% [markdown]
# ## Closed loop, one hour at a time, with each of the three best checkpoints

# %%
def run_day(model, rng):
    cloud, total, power = rng.random(), 0.0, 0.0
    hc = None
    for t in range(24):
        cloud = np.clip(cloud + rng.normal(0, .08), 0, 1)
        sun = max(0, np.sin(np.pi * (t - 6) / 12)) * (1 - cloud) * 2
        x = torch.tensor([[[sun, t / 24]]], dtype=torch.float32)
        with torch.no_grad():
            lamp, hc = model(x, hc)
        lamp = lamp.item()
        total += sun + lamp
        power += lamp
    return total, power

model.eval()
table = {}
for path in ckpt.best_k_models:
    weights = torch.load(path, map_location="cpu", weights_only=False)["state_dict"]
    model.load_state_dict(weights)
    rng = np.random.default_rng(99)
    res = np.array([run_day(model, rng) for _ in range(100)])
    table[path] = res.mean(0)
    print(path.split("/")[-1], "light %.1f mol, lamp hours %.1f" % tuple(res.mean(0)))

# %%
best = min(table, key=lambda p: abs(table[p][0] - 14))
print("hand in:", best)

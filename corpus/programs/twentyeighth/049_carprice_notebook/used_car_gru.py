#!/usr/bin/env python
# coding: utf-8

# # What is my car worth next month?
# GRU over the weekly asking prices of one advert, target = the price it was sold for.
# Data: scraped adverts, one row per advert and week.

# In[1]:


import numpy as np
import pandas as pd
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader

torch.manual_seed(42)


# In[2]:


df = pd.read_csv("adverts.csv", parse_dates=["week"])
df["age"] = (df["week"] - pd.to_datetime(df["first_reg"])).dt.days / 365
df["log_price"] = np.log(df["price"])
df["log_km"] = np.log1p(df["km"])
df["diesel"] = (df["fuel"] == "diesel").astype(float)
features = ["log_price", "log_km", "age", "diesel", "power_kw", "n_photos"]
df[features] = (df[features] - df[features].mean()) / df[features].std()
df.groupby("make")["price"].describe().head(10)


# In[3]:


adverts = []
for _, g in df.sort_values("week").groupby("advert_id"):
    x = torch.tensor(g[features].values, dtype=torch.float32)
    y = torch.tensor(np.log(g["sold_for"].iloc[-1]), dtype=torch.float32)
    adverts.append((x, y))

order = np.random.default_rng(0).permutation(len(adverts))
n = len(adverts)
train = [adverts[i] for i in order[: int(0.7 * n)]]
val = [adverts[i] for i in order[int(0.7 * n) : int(0.85 * n)]]
test = [adverts[i] for i in order[int(0.85 * n) :]]
len(train), len(val), len(test)


# In[4]:


def collate(batch):
    xs, ys = zip(*batch)
    return pad_sequence(xs, batch_first=True), torch.tensor([len(x) for x in xs]), torch.stack(ys)


train_dl = DataLoader(train, 64, shuffle=True, collate_fn=collate)
val_dl = DataLoader(val, 256, collate_fn=collate)
test_dl = DataLoader(test, 256, collate_fn=collate)


class PriceGRU(nn.Module):
    def __init__(self, n_in, n_hidden=64):
        super().__init__()
        self.gru = nn.GRU(n_in, n_hidden, num_layers=2, dropout=0.2, batch_first=True)
        self.fc = nn.Sequential(nn.Linear(n_hidden, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        _, last = self.gru(packed)
        return self.fc(last[-1]).squeeze(1) + 9.0


model = PriceGRU(len(features))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
loss_fn = nn.SmoothL1Loss()


# In[5]:


def run(dl, train_mode=False):
    model.train(train_mode)
    total, count = 0.0, 0
    for x, lengths, y in dl:
        with torch.set_grad_enabled(train_mode):
            loss = loss_fn(model(x, lengths), y)
        if train_mode:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count


best_val, best_weights, wait = float("inf"), None, 0
history = []
for epoch in range(100):
    tr = run(train_dl, train_mode=True)
    va = run(val_dl)
    history.append((tr, va))
    print(f"{epoch:3d}  train {tr:.4f}  val {va:.4f}")
    if va < best_val:
        best_val = va
        best_weights = model.state_dict()
        wait = 0
    else:
        wait += 1
        if wait == 10:
            print("early stop")
            break


# In[6]:


model.load_state_dict(best_weights)
print("test loss", run(test_dl))

model.eval()
errors = []
with torch.no_grad():
    for x, lengths, y in test_dl:
        errors.append((model(x, lengths).exp() - y.exp()).abs())
print("mean absolute error in euro", torch.cat(errors).mean().item())
torch.save(best_weights, "price_gru.pt")

# streamlit run dashboard.py
from pathlib import Path

import pandas as pd
import streamlit as st
import torch
from torch import nn

from pond import Pond

RUNS = Path("runs")


class Aerator(nn.Module):
    def __init__(self, width=20):
        super().__init__()
        self.cell = nn.GRUCell(3, width)
        self.head = nn.Linear(width, 4)
        self.width = width

    def forward(self, x, z):
        z = self.cell(x, z)
        return self.head(z), z


def fresh(seed):
    ss = st.session_state
    ss.pond = Pond(seed)
    ss.z = torch.zeros(1, ss.net.width)
    ss.rows = []


def one_hour():
    ss = st.session_state
    with torch.no_grad():
        x = torch.from_numpy(ss.pond.probe()).unsqueeze(0)
        q, ss.z = ss.net(x, ss.z)
    n = int(q.argmax())
    ss.pond.advance(n)
    ss.rows.append({"hour": ss.pond.hour, "oxygen": ss.pond.o2, "aerators": n, "policy": ss.ckpt})


st.title("Pond aeration")
ss = st.session_state
files = sorted(p.name for p in RUNS.glob("*.pt"))
if not files:
    st.warning("No policies in runs/ yet.")
    st.stop()

if "net" not in ss:
    ss.net = Aerator().eval()
    ss.ckpt = None
    fresh(0)

choice = st.sidebar.selectbox("Policy", files)
if choice != ss.ckpt:
    ss.net.load_state_dict(torch.load(RUNS / choice, map_location="cpu"))
    ss.ckpt = choice

seed = st.sidebar.number_input("Pond number", 0, 99, 0)
if st.sidebar.button("New pond"):
    fresh(int(seed))

left, right = st.columns(2)
if left.button("+1 hour"):
    one_hour()
if right.button("+12 hours"):
    for _ in range(12):
        one_hour()

if ss.rows:
    table = pd.DataFrame(ss.rows).set_index("hour")
    st.line_chart(table["oxygen"])
    st.bar_chart(table["aerators"])
    st.metric("Energy", f"{ss.pond.kwh:.1f} kWh")
    st.dataframe(table.tail(24))

"""pfrl 0.4.0: `agent.load()` replaces the weights of a recurrent agent and leaves its recurrent states.

    pip install pfrl==0.4.0 && python pfrl_load.py

Ends with an AssertionError while the defect is there.
"""

import tempfile

import numpy as np
import pfrl
import torch
from torch import nn


def make_agent(seed):
    torch.manual_seed(seed)
    policy = nn.Sequential(nn.Linear(8, 2), pfrl.policies.SoftmaxCategoricalHead())
    model = pfrl.nn.RecurrentSequential(nn.LSTM(4, 8), pfrl.nn.Branched(policy, nn.Linear(8, 1)))
    optimizer = torch.optim.Adam(model.parameters())
    return pfrl.agents.PPO(model, optimizer, recurrent=True, act_deterministically=True)


observation = np.ones(4, dtype=np.float32)
running, other = make_agent(0), make_agent(1)
with running.eval_mode():
    for _ in range(8):  # an episode that has not ended
        running.act(observation)
        running.observe(observation, 0.0, False, False)
    before = [state.clone() for state in running.test_recurrent_states[0]]  # h and c of the LSTM
    with tempfile.TemporaryDirectory() as folder:
        other.save(folder)
        running.load(folder)
    after = running.test_recurrent_states

kept = after is not None and all(torch.equal(old, new) for old, new in zip(before, after[0], strict=True))
print(f"after load() the states of the old weights are {'still there' if kept else 'gone'}")
assert not kept, "the next act() feeds states that the old weights made to the new ones"

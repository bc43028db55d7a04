import numpy as np
import pytest
from memagents import make_agent


@pytest.mark.parametrize("kind", ["mlp", "gru"])
def test_shapes(kind):
    agent = make_agent(kind, obs_dim=4, n_actions=3)
    assert agent.act(np.zeros((5, 4))).shape == (5,)


def test_unknown():
    with pytest.raises(ValueError):
        make_agent("transformer", obs_dim=1, n_actions=1)


def test_first_clears():
    agent = make_agent("gru", obs_dim=4, n_actions=3, deterministic=True)
    a = agent.act(np.ones((2, 4)))
    agent.act(np.zeros((2, 4)))
    b = agent.act(np.ones((2, 4)), first=np.ones(2, bool))
    assert (a == b).all()

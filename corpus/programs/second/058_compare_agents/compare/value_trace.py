"""Value of every step of single episodes, drawn with the recurrent critic."""
import numpy as np
from sb3_contrib import RecurrentPPO


def trace(path, env, episodes=5):
    model = RecurrentPPO.load(path)
    traces = []
    for _ in range(episodes):
        obs, _ = env.reset()
        memory = None
        finished = False
        rows = []
        while not finished:
            action, memory = model.predict(obs, state=memory, deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(int(action))
            finished = terminated or truncated
            rows.append((int(action), reward, float(np.abs(memory[0]).mean())))
        traces.append(rows)
    return traces

import numpy as np

DT = 1e-3
GAMMA = 35.0
L_R = 0.08

z = np.zeros(2)
i_coil = np.zeros(2)
rng = np.random.default_rng(7)


def measure():
    return np.concatenate([z * 50.0, i_coil]) + 0.01 * rng.normal(size=4)


def advance(v):
    global z, i_coil
    i_coil = i_coil + DT / L_R * (v - i_coil)
    dz = GAMMA * z * (1.0 - (z / 0.1) ** 2) - 4.0 * i_coil
    z = np.clip(z + DT * dz + 2e-5 * rng.normal(size=2), -0.1, 0.1)
    return float(np.sum(z ** 2)) * 1e4 + 1e-2 * float(np.sum(v ** 2))

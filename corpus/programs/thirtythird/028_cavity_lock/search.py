import numpy as np

import lock

FS = 2.0e4
T_RUN = 1500
PHI = 2.0 * np.pi / FS

rng = np.random.default_rng(42)
drift = 0.0
u = 0.0


def seismic(n):
    t = np.arange(n)
    a = rng.normal(size=4) * np.array([2e-2, 1e-2, 5e-3, 2e-3])
    f = np.array([3.0, 11.0, 47.0, 120.0])
    return (a[:, None] * np.sin(PHI * f[:, None] * t + rng.uniform(0, 6.28, (4, 1)))).sum(0)


def run(n):
    global drift, u
    noise = seismic(n)
    power = np.zeros(n)
    for k in range(n):
        drift += 1e-5 * rng.normal()
        t, err = lock.cavity(drift + noise[k] - 0.1 * u)
        u = 0.98 * u + 0.02 * lock.feedback(err, t, u)
        power[k] = t
    return power.mean(), power.std()


def trial(theta):
    lock.write(theta)
    lock.mem.zero_()
    return run(T_RUN)


def main():
    best = 0.2 * rng.normal(size=lock.N_TH)
    p0, s0 = trial(best)
    temp = 0.02
    for i in range(2000):
        cand = best + 0.05 * rng.normal(size=lock.N_TH) * (rng.random(lock.N_TH) < 0.1)
        p, s = trial(cand)
        if p > p0 or rng.random() < np.exp((p - p0) / temp):
            best, p0, s0 = cand, p, s
        temp *= 0.998
        if i % 50 == 0:
            print(i, p0, s0)
    lock.write(best)
    lock.mem.zero_()
    np.savetxt("lock_power.txt", np.array([run(T_RUN) for _ in range(20)]))
    np.save("lock_theta.npy", best)


if __name__ == "__main__":
    main()

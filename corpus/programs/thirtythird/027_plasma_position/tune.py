"""Tunes the coil controller on the running machine, one window per candidate."""
import numpy as np

import controller
import plasma

LAMBDA = 12
MU = 4
N_GEN = 60
WINDOW = 400


def window():
    J = 0.0
    for _ in range(WINDOW):
        J += plasma.advance(controller.volts(plasma.measure()))
    return J / WINDOW


def main():
    rng = np.random.default_rng(0)
    mean = controller.theta0()
    sigma = 0.1 * np.ones_like(mean)
    w = np.log(MU + 0.5) - np.log(np.arange(1, MU + 1))
    w /= w.sum()
    trace = np.zeros((N_GEN, 3))
    for g in range(N_GEN):
        thetas = mean + sigma * rng.normal(size=(LAMBDA, mean.size))
        cost = np.empty(LAMBDA)
        for k in range(LAMBDA):
            controller.put_theta(thetas[k])
            cost[k] = window()
        order = np.argsort(cost)[:MU]
        step = w @ thetas[order] - mean
        sigma = np.sqrt(0.9 * sigma ** 2 + 0.1 * (w @ (thetas[order] - mean) ** 2))
        mean = mean + step
        trace[g] = cost.min(), cost.mean(), sigma.mean()
        print("gen %3d  min %.4f  mean %.4f  sigma %.4f" % (g, *trace[g]))
    np.savez("tune.npz", theta=mean, trace=trace)


if __name__ == "__main__":
    main()

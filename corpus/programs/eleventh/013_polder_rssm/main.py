import copy

import torch

from agent import PlanningAgent
from polder import Polder


def main(episodes=300, fit_every=200, blow_up=3.0):
    torch.manual_seed(4)
    env, agent = Polder(), PlanningAgent()
    best_loss, best_wm = float("inf"), None
    steps = 0
    for ep in range(episodes):
        obs, done, total = env.reset(), False, 0.0
        if ep > 0:
            agent.new_episode()
        while not done:
            a = agent.act(obs)
            obs, r, done = env.step(a)
            agent.remember(obs, a, r)
            total += r
            steps += 1
            if steps % fit_every == 0:
                loss = agent.fit()
                if loss < best_loss:
                    best_loss, best_wm = loss, copy.deepcopy(agent.wm.state_dict())
                elif loss > blow_up * best_loss:
                    print(f"step {steps}: model loss {loss:.3f}, back to {best_loss:.3f}")
                    agent.wm.load_state_dict(best_wm)
                    agent.opt.state.clear()
        print(f"episode {ep} return {total:.1f} best model loss {best_loss:.3f}")
    torch.save(best_wm, "polder_wm.pt")


if __name__ == "__main__":
    main()

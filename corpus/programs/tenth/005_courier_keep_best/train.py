import torch

from agent import Agent
from courier import CourierTown

SEGMENT = 25
EVAL_EVERY = 100
TOTAL = 20000


def run():
    torch.manual_seed(11)
    agent = Agent(CourierTown(seed=1))
    exam = CourierTown(seed=999)
    for i in range(1, TOTAL + 1):
        agent.train_segment(SEGMENT)
        if i % EVAL_EVERY == 0:
            score = agent.evaluate(exam, 5)
            agent.keep_best(score)
            print("segment", i, "score", round(score, 2), "best", round(agent.best_score, 2))
    torch.save(agent.best_weights, "courier_best.pt")


if __name__ == "__main__":
    run()

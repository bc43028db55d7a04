import json
import multiprocessing as mp
import random
import time

from member import serve

CFG = {"env": "CartPole-v1", "hid": 48, "unroll": 20, "gamma": 0.99}
POPULATION = 8
GENERATIONS = 100
UPDATES_PER_GEN = 50


class Proxy:
    def __init__(self, ctx, idx):
        self.idx = idx
        self.conn, child = ctx.Pipe()
        self.proc = ctx.Process(target=serve, args=(child, idx, CFG), daemon=True)
        self.proc.start()
        child.close()

    def send(self, cmd, *args):
        self.conn.send((cmd, args))

    def call(self, cmd, *args):
        self.send(cmd, *args)
        return self.conn.recv()


def main():
    ctx = mp.get_context("spawn")
    pop = [Proxy(ctx, i) for i in range(POPULATION)]
    with open("pbt_log.jsonl", "w") as f:
        for gen in range(GENERATIONS):
            t0 = time.time()
            for m in pop:
                m.send("train", UPDATES_PER_GEN)
            scores = {m: m.conn.recv() for m in pop}
            ranked = sorted(pop, key=scores.get)
            cut = max(1, POPULATION // 4)
            moves = []
            for loser in ranked[:cut]:
                winner = random.choice(ranked[-cut:])
                weights, hp = winner.call("export")
                loser.call("exploit", weights, hp)
                moves.append([winner.idx, loser.idx])
            line = {"gen": gen, "best": scores[ranked[-1]], "moves": moves, "sec": time.time() - t0}
            f.write(json.dumps(line) + "\n")
            f.flush()
    for m in pop:
        m.send("stop")
        m.proc.join()


if __name__ == "__main__":
    main()

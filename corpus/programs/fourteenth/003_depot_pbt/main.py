import sys

from population import Picker


def run(n_members=6, rounds=300, n_steps=1000):
    members = [Picker(f"picker{i}", seed=i) for i in range(n_members)]
    for rnd in range(rounds):
        for m in members:
            m.segment(n_steps)

        members.sort(key=lambda m: -m.score)
        top, low = members[: n_members // 3], members[-(n_members // 3):]
        for src, dst in zip(top, low):
            if src.score > dst.score + 0.1 * abs(dst.score):
                dst.adopt(src)
        for m in members:
            if m.adopted:
                m.begin()
        print(rnd, " ".join(f"{m.name}:{m.score:.2f}" for m in members))


if __name__ == "__main__":
    run(*(int(a) for a in sys.argv[1:]))

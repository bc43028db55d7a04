import argparse

from agents import AGENTS
from airport import Airport
from checkpoints import CheckpointManager

SHIFT_MINUTES = 8 * 60


def work_shift(airport, agent, ckpts):
    airport.open()
    agent.start_shift()
    parked = held = 0
    for airport.minute in range(SHIFT_MINUTES):
        ckpts.offer(agent)
        airport.landings()
        for f in list(airport.flights.values()):
            airport.move(f, agent.decide(f.callsign, airport.features(f)))
            held += f.waited > 0
        for cs in airport.clear_gates():
            agent.drop(cs)
            parked += 1
    return parked, held


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("ckpt_dir")
    p.add_argument("--agent", choices=sorted(AGENTS), default="greedy")
    p.add_argument("--shifts", type=int, default=9)
    a = p.parse_args()

    agent = AGENTS[a.agent]()
    ckpts = CheckpointManager(a.ckpt_dir)
    ckpts.load_first(agent)
    airport = Airport()
    for s in range(a.shifts):
        parked, held = work_shift(airport, agent, ckpts)
        print(f"shift {s}: {parked} parked, {held} minutes of holding")

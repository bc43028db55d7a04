"""Champion and challenger run the desk in turn, half an hour each, and are compared by waiting cost."""
import argparse
import json
import logging
from collections import defaultdict

from floor import Floor
from router import CallRouter

HALF_HOUR = 30
CLOSING = 540


def business_day(floor, router, arms, costs):
    floor.open()
    while floor.minute < CLOSING:
        floor.arrivals()
        if floor.minute % HALF_HOUR == 0:
            router.trial(arms[(floor.minute // HALF_HOUR) % len(arms)])
        for skill in floor.SKILLS:
            if floor.waiting[skill]:
                costs[router.running].append(floor.assign(skill, router.route(skill, floor.look(skill))))
    router.close_of_business()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("champion")
    p.add_argument("challenger")
    p.add_argument("--days", type=int, default=20)
    a = p.parse_args()
    logging.basicConfig(level=logging.INFO)

    router = CallRouter(a.champion)
    floor = Floor(seed=7)
    costs = defaultdict(list)
    for _ in range(a.days):
        business_day(floor, router, [a.champion, a.challenger], costs)
    print(json.dumps({k: sum(v) / len(v) for k, v in costs.items()}, indent=1))


if __name__ == "__main__":
    main()

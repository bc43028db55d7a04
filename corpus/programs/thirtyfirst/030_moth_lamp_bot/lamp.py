import math
import random
import threading

import pygame

from pilot import Pilot, watch

SIZE = 640


def new_flight():
    return dict(x=random.uniform(40, 600), y=random.uniform(40, 600), a=random.uniform(0, math.tau), fuel=900)


def sense(moth, lamp):
    dx, dy = lamp[0] - moth["x"], lamp[1] - moth["y"]
    dist = math.hypot(dx, dy)
    bearing = math.atan2(dy, dx) - moth["a"]
    left = max(0.0, math.cos(bearing + 0.6)) / (1 + dist / 80)
    right = max(0.0, math.cos(bearing - 0.6)) / (1 + dist / 80)
    flicker = random.random() < 0.25
    return [0 if flicker else left, 0 if flicker else right, float(flicker),
            moth["x"] / SIZE, moth["y"] / SIZE, moth["fuel"] / 900], dist


def main():
    pilot = Pilot()
    stop = threading.Event()
    threading.Thread(target=watch, args=("weights", pilot, stop), daemon=True).start()

    pygame.init()
    screen = pygame.display.set_mode((SIZE, SIZE))
    pygame.display.set_caption("moth")
    clock = pygame.time.Clock()
    lamp = [SIZE / 2, SIZE / 2]
    moth = new_flight()
    trail = []
    reached = flights = 0
    while True:
        for ev in pygame.event.get():
            if ev.type == pygame.QUIT or (ev.type == pygame.KEYDOWN and ev.key == pygame.K_ESCAPE):
                stop.set()
                pygame.quit()
                return
            if ev.type == pygame.MOUSEBUTTONDOWN:
                lamp = list(ev.pos)

        features, dist = sense(moth, lamp)
        turn = pilot.steer(features) - 1
        moth["a"] += 0.12 * turn
        moth["x"] = min(SIZE, max(0, moth["x"] + 2.6 * math.cos(moth["a"])))
        moth["y"] = min(SIZE, max(0, moth["y"] + 2.6 * math.sin(moth["a"])))
        moth["fuel"] -= 1
        trail.append((moth["x"], moth["y"]))
        if dist < 18 or moth["fuel"] <= 0:
            flights += 1
            reached += dist < 18
            pygame.display.set_caption(f"moth {reached}/{flights}")
            moth = new_flight()
            trail.clear()
            pilot.land()

        screen.fill((12, 12, 24))
        pygame.draw.circle(screen, (255, 230, 120), lamp, 14)
        if len(trail) > 1:
            pygame.draw.lines(screen, (70, 70, 110), False, trail[-200:])
        pygame.draw.circle(screen, (210, 200, 190), (moth["x"], moth["y"]), 5)
        pygame.display.flip()
        clock.tick(60)


if __name__ == "__main__":
    main()

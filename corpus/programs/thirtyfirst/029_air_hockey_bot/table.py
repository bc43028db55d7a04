import random
import sys

import pygame

from bot import Bot, Reloader

W, H = 900, 460
FPS = 60
R_PUCK, R_MALLET = 14, 26
GOAL = (H // 2 - 70, H // 2 + 70)


class Disc:
    def __init__(self, x, y, r, colour):
        self.p = pygame.Vector2(x, y)
        self.v = pygame.Vector2(0, 0)
        self.r = r
        self.colour = colour

    def draw(self, screen):
        pygame.draw.circle(screen, self.colour, self.p, self.r)


class Table:
    def __init__(self, bot):
        self.bot = bot
        self.score = [0, 0]
        self.puck = Disc(W / 2, H / 2, R_PUCK, (20, 20, 20))
        self.human = Disc(120, H / 2, R_MALLET, (200, 60, 50))
        self.rival = Disc(W - 120, H / 2, R_MALLET, (50, 90, 200))
        self.centre()

    def centre(self):
        self.puck.p.update(W / 2, H / 2)
        self.puck.v.update(random.choice((-4, 4)), random.uniform(-3, 3))
        self.rival.p.update(W - 120, H / 2)
        self.rival.v.update(0, 0)
        self.bot.face_off()

    def drive_human(self):
        target = pygame.Vector2(pygame.mouse.get_pos())
        target.x = min(target.x, W / 2 - R_MALLET)
        self.human.v = (target - self.human.p) * 0.35
        self.human.p += self.human.v

    def drive_bot(self):
        puck = (self.puck.p.x / W, self.puck.p.y / H, self.puck.v.x / 20, self.puck.v.y / 20)
        me = (self.rival.p.x / W, self.rival.p.y / H)
        foe = (self.human.p.x / W, self.human.p.y / H)
        dx, dy = self.bot.move(puck, me, foe)
        self.rival.v.update(dx * 9, dy * 9)
        self.rival.p += self.rival.v
        self.rival.p.x = max(W / 2 + R_MALLET, min(W - R_MALLET, self.rival.p.x))
        self.rival.p.y = max(R_MALLET, min(H - R_MALLET, self.rival.p.y))

    def hit(self, mallet):
        gap = self.puck.p - mallet.p
        if 0 < gap.length() < mallet.r + self.puck.r:
            n = gap.normalize()
            self.puck.p = mallet.p + n * (mallet.r + self.puck.r)
            rel = self.puck.v - mallet.v
            self.puck.v -= 2 * rel.dot(n) * n * 0.9
            if self.puck.v.length() > 18:
                self.puck.v.scale_to_length(18)

    def tick(self):
        self.drive_human()
        self.drive_bot()
        self.puck.p += self.puck.v
        self.puck.v *= 0.997
        if self.puck.p.y < R_PUCK or self.puck.p.y > H - R_PUCK:
            self.puck.v.y *= -1
            self.puck.p.y = max(R_PUCK, min(H - R_PUCK, self.puck.p.y))
        self.hit(self.human)
        self.hit(self.rival)
        open_goal = GOAL[0] < self.puck.p.y < GOAL[1]
        if self.puck.p.x < R_PUCK or self.puck.p.x > W - R_PUCK:
            if open_goal:
                self.score[0 if self.puck.p.x > W / 2 else 1] += 1
                self.centre()
            else:
                self.puck.v.x *= -1
                self.puck.p.x = max(R_PUCK, min(W - R_PUCK, self.puck.p.x))


def main():
    bot = Bot(sys.argv[1] if len(sys.argv) > 1 else "hockey.pt")
    watcher = Reloader(bot)
    watcher.start()
    pygame.init()
    screen = pygame.display.set_mode((W, H))
    font = pygame.font.SysFont(None, 42)
    clock = pygame.time.Clock()
    table = Table(bot)
    running = True
    while running:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                running = False
        table.tick()
        screen.fill((235, 240, 245))
        pygame.draw.line(screen, (180, 180, 190), (W / 2, 0), (W / 2, H), 3)
        for disc in (table.human, table.rival, table.puck):
            disc.draw(screen)
        screen.blit(font.render("%d : %d" % tuple(table.score), True, (90, 90, 90)), (W / 2 - 34, 12))
        pygame.display.flip()
        clock.tick(FPS)
    watcher.halt.set()
    pygame.quit()


if __name__ == "__main__":
    main()

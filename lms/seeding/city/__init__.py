"""A made-up city for measuring: as many enterprises as asked for, their people, two campaigns and everybody's attendance."""

from lms.seeding.city.load import SCALES, load_city

__all__ = ["SCALES", "load_city"]

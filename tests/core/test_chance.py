from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from lms.core.chance import picked


@given(st.text(max_size=20), st.sets(st.uuids(), max_size=12), st.integers(0, 15), st.randoms())
def test_the_same_seed_picks_the_same_people_whatever_the_order(seed, pool, number, rng):
    shuffled = sorted(pool)
    rng.shuffle(shuffled)

    chosen = picked(seed, shuffled, number)

    assert chosen == picked(seed, pool, number)
    assert chosen == sorted(pool, key=lambda one: sha256(f"{seed}:{one}".encode()).digest())[:number]  # as the page says it
    assert len(set(chosen)) == min(number, len(pool)) and set(chosen) <= pool

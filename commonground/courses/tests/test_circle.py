"""The closeness circles: where people stand, and that no name covers another's."""

from hypothesis import given
from hypothesis import strategies as st

from commonground.courses.circle import Stand, circle, free_bearing, place

PRIYAS = [
    ("Tom", 48, 2, 1),
    ("Ruth", 84, 2, 3),
    ("Ingrid", 112, 3, 3),
    ("Helen", 143, 3, 0),
    ("David", 176, 3, 2),
    ("Jo", 207, 3, 2),
    ("Claire", 234, 3, 1),
    ("Meera", 266, 1, 1),
    ("Nisha", 284, 3, 3),
    ("Mum", 304, 2, 2),
    ("Dad", 332, 2, 2),
    ("Asha", 122, 1, 1),
]


def stands():
    return [Stand(name, name, bearing, ring, before) for name, bearing, ring, before in PRIYAS]


def boxes(drawing):
    for name in drawing.names:
        width = 8 * len(name.text)
        x, y = float(name.x), float(name.y)
        left = x if name.anchor == "start" else x - width if name.anchor == "end" else x - width / 2
        yield name.text, (left, y - 10, left + width, y + 2)


def test_twelve_names_cover_neither_each_other_nor_anybody():
    drawing = circle(stands())
    placed = list(boxes(drawing))
    for n, (one, a) in enumerate(placed):
        for other, b in placed[n + 1 :]:
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (one, other)


def test_whoever_moved_leaves_a_trail_and_whoever_is_new_does_not():
    assert len(circle(stands()).trails) == 5  # Tom, Ruth, David, Jo, Claire; Helen is new


def test_a_small_drawing_names_only_whoever_stands_elsewhere():
    small = circle(stands(), size=236, small=True)
    named = {name.text for name in small.names}
    assert named == {"Tom", "Ruth", "Helen", "David", "Jo", "Claire"}


def test_nobody_is_drawn_as_three_rings_and_oneself():
    empty = circle([])
    assert len(empty.rings) == 3
    assert (empty.dots, empty.trails, empty.names) == ((), (), ())


def test_the_first_person_stands_at_the_upper_right():
    assert free_bearing([]) == 45


def test_the_next_one_stands_in_the_widest_gap():
    assert free_bearing([0, 90, 180]) == 270


@given(st.lists(st.integers(0, 359), min_size=1, max_size=40))
def test_a_free_bearing_is_never_closer_than_half_the_widest_gap(taken):
    found = free_bearing(taken)
    around = sorted(set(taken))
    gaps = [b - a for a, b in zip(around, [*around[1:], around[0] + 360], strict=True)]
    nearest = min(min((found - t) % 360, (t - found) % 360) for t in taken)
    assert 0 <= found < 360
    assert nearest >= max(gaps) // 2 - 1


@given(st.integers(0, 359), st.sampled_from([1, 2, 3]))
def test_letting_go_where_somebody_stands_means_that_very_place(bearing, ring):
    dot = circle([Stand("a", "A", bearing, ring)]).dots[0]
    found_ring, found_bearing = place(float(dot.x), float(dot.y))
    assert found_ring == ring
    assert min((found_bearing - bearing) % 360, (bearing - found_bearing) % 360) <= 1


def test_letting_go_outside_is_the_outermost_ring():
    assert place(-500, 300) == (3, 270)


@given(st.lists(st.tuples(st.integers(0, 359), st.sampled_from([1, 2, 3])), max_size=25))
def test_every_drawing_is_made_of_plain_numbers(people):
    drawing = circle([Stand(str(n), "Somebody", b, r) for n, (b, r) in enumerate(people)])
    for dot in drawing.dots:
        float(dot.x), float(dot.y)
    assert "," not in drawing.view_box
    assert len(drawing.names) == len(people)

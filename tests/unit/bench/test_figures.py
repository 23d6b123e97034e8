"""Figures beside their floors."""

from bench.figures import BEGIN, END, Figure, committed, note, noted, regressions, written

PAGE = f"# Page\n\nwords\n\n{BEGIN}\n{END}\n\nmore words\n"


def test_what_is_written_is_read_again_and_the_rest_of_the_page_stays() -> None:
    """A figure that was not measured keeps its row."""
    first = written(PAGE, [Figure("apply", 3.0, 1.5), Figure("deliver", 0.5, 0.4)])
    second = written(first, [Figure("apply", 2.0, 1.0)])
    assert committed(second) == {"apply": Figure("apply", 2.0, 1.0), "deliver": Figure("deliver", 0.5, 0.4)}
    assert second.startswith("# Page\n\nwords\n")
    assert second.endswith("\n\nmore words\n")


def test_a_figure_is_slower_by_its_ratio_and_not_by_its_time() -> None:
    """A loaded machine slows the floor too."""
    before = {"apply": Figure("apply", 3.0, 1.5), "deliver": Figure("deliver", 0.5, 0.4)}
    now = [Figure("apply", 30.0, 15.0), Figure("deliver", 0.5, 0.3), Figure("new", 9.0, 1.0)]
    assert regressions(before, now) == ["slower    deliver: 1.67 floors, 1.25 before"]


def test_figures_are_noted_for_whom_asks() -> None:
    """Outside of the block nobody asks."""
    note("lost", 1.0, 1.0)
    with noted() as figures:
        note("kept", 2.0, 1.0)
    assert figures == [Figure("kept", 2.0, 1.0)]

from local import demo


def test_the_demo_plays_one_call_anew_each_time() -> None:
    """Its events are one call, in order, with an id and times of their own and the pauses of the fixtures."""
    first, second = demo._script(), demo._script()
    names = [event["event_name"] for event in first]
    assert names == ["start.call", "local.in.call", "start.talk", "end.call"]
    assert len({event["params"]["call_id"] for event in first}) == 1
    assert first[0]["params"]["call_id"] != second[0]["params"]["call_id"]
    dates = [event["params"]["event_date"] for event in first]
    assert dates == sorted(dates)

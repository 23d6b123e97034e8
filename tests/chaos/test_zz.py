from tests.chaos.test_bad_days import FLAPPING, lived_through, _remembering_for_a_minute
def test_z(monkeypatch):
    monkeypatch.setattr("switchboard.intake.spill.FlaggedPlaces.__call__", _remembering_for_a_minute)
    for s in range(1,25):
        for c in (3,6):
            r=lived_through(FLAPPING, seed=s, calls=c)
            print("SEED",s,c, len(r.disordered))

"""A pytest plugin for planted faults: Hypothesis need only find a failure, not make it small."""

from hypothesis import Phase, settings

settings.register_profile("unshrunk", phases=[Phase.explicit, Phase.generate])
settings.load_profile("unshrunk")

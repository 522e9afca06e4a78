"""The sample city, for trying, teaching and testing. The places are real, everything else is invented."""

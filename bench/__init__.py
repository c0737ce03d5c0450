"""Side-by-side measurements of the portal, always as ratios taken in one run."""

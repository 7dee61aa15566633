"""The published table (台账): read in as a draft, settled, frozen, paired with other years, exported."""

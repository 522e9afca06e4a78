"""People, bodies, accounts, sessions and the phones they enrol."""

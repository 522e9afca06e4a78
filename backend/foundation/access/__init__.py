"""Who may do what: permissions, who holds them, and the tokens that prove who is asking."""

"""What can be done to people, units and roles: one function, one intention, one transaction, one audit entry."""

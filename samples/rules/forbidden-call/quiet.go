package rules

func callsModern() int { return lockModern() + 1 }

// The address alone calls nothing.
func takes() func() int { return lockLegacy }

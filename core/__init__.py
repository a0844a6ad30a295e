"""The practice's messaging itself: rules, actions, rows, keys and delivery. Knows neither app, nor Flask."""

"""Credits as money: bought, paid for, spent, running low."""

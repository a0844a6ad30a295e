"""Questions as they are asked: choices, limits and conditions, their place and page, and what may answer them."""

"""Answering: a form under somebody's hands, from what is offered beforehand to the moment it is sent."""

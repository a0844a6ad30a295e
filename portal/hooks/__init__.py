"""What providers call. Verify, translate, hand over, 200: anything but 200 makes them repeat (P38, P39).

Refusals are alike, whatever was wrong, and empty.
"""

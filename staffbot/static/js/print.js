// A page that was made to be printed asks for it by itself.
print()

"""Examples that ship with the program: invented, and the same every time they are written."""
